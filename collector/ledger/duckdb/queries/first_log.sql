SELECT epoch_ns(min(time)) FROM log_rows
