-- How a case was served beyond office hours or the window (预约、延时、上门、代办), and at which
-- place it was accepted (政务服务中心、本单位), as its events say; '' = none says so, and so it is of
-- cases that have not changed since this was asked.
ALTER TABLE case_figures ADD COLUMN served /*26: LowCardinality(*/String/*26: )*/ DEFAULT '';
ALTER TABLE case_figures ADD COLUMN place /*26: LowCardinality(*/String/*26: )*/ DEFAULT '';
