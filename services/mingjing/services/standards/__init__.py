"""数据交换标准: what agencies' exchange tables say, as the events and cards that mingjing knows, and back.

A standard is a declaration (`*.yaml`): its objects, every column of each, what the
column becomes, and which events a row stands for. Import, export, upload templates
and the field-level documents all read the same declaration.
"""
