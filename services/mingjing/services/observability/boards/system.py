"""Is the system itself well? Everything here is asked of Prometheus."""

from mingjing.services.observability.grafana import Board, Panel


def _share(name: str, quantile: str, by: str = "le") -> str:
    return f"histogram_quantile({quantile}, sum(rate({name}_bucket[5m])) by ({by}))"


SYSTEM = Board(
    uid="mj-system",
    title="明镜 系统",
    about="积压、评判与发牌的快慢、到期触发的准时、入库、接口与实时推送。",
    since="now-6h",
    refresh="30s",
    panels=(
        Panel(
            title="未评判的事件",
            look="timeseries",
            promql=(("分区 {{partition}}", "mingjing_lag_records"),),
        ),
        Panel(
            title="每秒",
            look="timeseries",
            promql=(
                ("受理", "sum(rate(mingjing_events_vouched_total[1m]))"),
                ("评判", "sum(rate(mingjing_events_folded_total[1m]))"),
                ("发牌", "sum(rate(mingjing_cards_drawn_total[1m]))"),
            ),
        ),
        Panel(
            title="评判至牌已写出",
            look="timeseries",
            unit="s",
            promql=(
                ("p50", _share("mingjing_settle_seconds", "0.5")),
                ("p99", _share("mingjing_settle_seconds", "0.99")),
            ),
        ),
        Panel(
            title="监察进程各环节所用 CPU",
            look="timeseries",
            promql=(("{{log}} {{stage}}", "sum(rate(mingjing_work_seconds_total[1m])) by (log, stage)"),),
        ),
        Panel(
            title="到期、迟到与重判",
            look="timeseries",
            promql=(
                ("到期而判", "sum(rate(mingjing_timers_fired_total[1m]))"),
                ("迟到的事件", "sum(rate(mingjing_events_late_total[1m]))"),
                ("整件重判", "sum(rate(mingjing_cases_refolded_total[1m]))"),
            ),
        ),
        Panel(
            title="到期至发牌",
            look="timeseries",
            unit="s",
            promql=(("p99", _share("mingjing_deadline_lateness_seconds", "0.99")),),
        ),
        Panel(
            title="本机时钟比 Kafka 快（负为慢）",
            look="timeseries",
            unit="s",
            promql=(("{{instance}}", "mingjing_clock_lead_seconds"),),
        ),
        Panel(
            title="等待入库的记录",
            look="timeseries",
            promql=(
                ("牌与事实", "mingjing_sink_lag"),
                ("事件存档", "mingjing_archive_lag"),
                ("留痕", "mingjing_auditor_lag"),
            ),
        ),
        Panel(
            title="写一批的秒数",
            look="timeseries",
            unit="s",
            promql=(
                ("牌与事实 p99", _share("mingjing_sink_batch_seconds", "0.99")),
                ("事件存档 p99", _share("mingjing_archive_batch_seconds", "0.99")),
            ),
        ),
        Panel(
            title="存储可用",
            look="stat",
            promql=(
                ("牌与事实", "min(mingjing_sink_ledger_up)"),
                ("事件存档", "min(mingjing_archive_ledger_up)"),
                ("留痕", "min(mingjing_auditor_ledger_up)"),
            ),
            width=6,
            height=6,
        ),
        Panel(
            title="实时流",
            look="stat",
            promql=(("在听", "sum(mingjing_feed_listeners)"),),
            width=6,
            height=6,
        ),
        Panel(
            title="死信",
            look="timeseries",
            promql=(("{{code}}", "sum(rate(mingjing_dead_letters_total[5m])) by (code)"),),
            height=6,
        ),
        Panel(
            title="接口",
            look="timeseries",
            unit="s",
            promql=(("{{route}} p95", _share("mingjing_http_request_seconds", "0.95", "le, route")),),
        ),
        Panel(
            title="接口出错",
            look="timeseries",
            promql=(("{{route}}", 'sum(rate(mingjing_http_requests_total{status=~"5.."}[5m])) by (route)'),),
        ),
        Panel(
            title="统计一个月的秒数",
            look="timeseries",
            unit="s",
            promql=(("p99", _share("mingjing_report_count_seconds", "0.99")),),
            width=24,
            height=6,
        ),
    ),
)
