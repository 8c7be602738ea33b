DELETE FROM cost_hourly_archive WHERE hour < make_timestamp_ns(?)
