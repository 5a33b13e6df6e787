-- 只读账号（ClickHouse 20.5 起）：看板只能查，不能写；查询时间与内存有上限，重查询不挤占入库与控制台。
CREATE SETTINGS PROFILE IF NOT EXISTS mingjing_reader SETTINGS
    readonly = 2,
    max_execution_time = 60,
    max_memory_usage = 4000000000,
    max_threads = 2,
    priority = 10;
CREATE USER IF NOT EXISTS mingjing_reader IDENTIFIED WITH sha256_password BY '由安装者改为自己的口令'
    SETTINGS PROFILE mingjing_reader;
GRANT SELECT ON mingjing.* TO mingjing_reader;
