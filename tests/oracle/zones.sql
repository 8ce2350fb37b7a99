-- Functions of time in a session with a time zone.
set datafusion.execution.time_zone = '+08:00';
select arrow_typeof(now());
select arrow_typeof(current_timestamp);
select arrow_typeof(current_timestamp());
select now()::varchar like '%+08:00', current_date = now()::date;
select to_timestamp('2020-01-01T00:00:00Z'), to_timestamp(0), to_timestamp_seconds('2020-01-01'), to_timestamp_millis(5), arrow_typeof(to_timestamp_millis(5));
select to_timestamp(timestamp '2020-01-01'), to_timestamp('01-02-2020', '%d-%m-%Y'), to_timestamp(date '2020-01-01');
select date_trunc('day', to_timestamp('2020-01-01T20:00:00Z')), date_part('hour', to_timestamp('2020-01-01T20:00:00Z'));
select timestamp '2020-01-01', '2020-01-01'::timestamp, arrow_typeof('2020-01-01'::timestamptz);
select from_unixtime(0), to_date('2020-01-01'), make_date(2020,1,1), to_local_time(to_timestamp('2020-01-01T00:00:00Z'));
select to_timestamp('01-02-2020', '%d-%m-%Y'), arrow_typeof(to_timestamp('01-02-2020', '%d-%m-%Y'));
select arrow_typeof(to_timestamp(timestamp '2020-01-01')), to_timestamp(timestamp '2020-01-01');
-- differs: the peer refuses this
select to_timestamp(date '2020-01-01'), arrow_typeof(to_timestamp(date '2020-01-01'));
select to_timestamp(1.5), to_timestamp_nanos(5), to_timestamp_seconds(5), to_timestamp_micros('2020-01-01T00:00:00Z');
select current_time = now()::time, today() = now()::date;
