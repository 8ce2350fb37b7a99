-- Dates, times, timestamps, intervals, time zones, their functions.
-- setup
create table d as select cast(d as date) as d, cast(ts as timestamp) as ts, cast(n as int) as n from (values ('2020-02-29', '2020-02-29 13:45:59.123456', 1), ('1969-07-20', '1969-07-20 20:17:40', 2), ('2024-12-31', '2024-12-31 23:59:59.999999', 3), (null, null, 4), ('1970-01-01', '1970-01-01 00:00:00', 5), ('2021-01-03', '2021-01-03 06:00:00.5', 6)) v(d, ts, n);
-- statements
select date '2020-01-01', timestamp '2020-01-01 10:20:30', time '10:20:30', interval '1 day';
select timestamp '2020-01-01';
select timestamp '2020-01-01T10:20:30.123456789';
-- differs: seconds may be missing
select timestamp '2020-01-01 10:20';
select timestamp '2020-01-01T10:20:30Z', timestamp '2020-01-01T10:20:30+05:30', timestamp '2020-01-01 10:20:30 UTC';
select date '2020-01-01' + 1, date '2020-01-01' - 1, date '2020-03-01' - date '2020-02-01';
select date '2020-01-31' + interval '1 month', date '2020-02-29' + interval '1 year', date '2020-03-31' - interval '1 month', date '2020-01-01' + interval '1 day';
select date '2020-01-01' + interval '25 hours', date '2020-01-01' - interval '1 hour', date '2020-01-01' + interval '1 month 1 day';
select timestamp '2020-01-31 10:00:00' + interval '1 month', timestamp '2020-01-01 00:00:00' - interval '1 second', timestamp '2020-01-01 00:00:00' + interval '1.5 days';
select timestamp '2020-01-02 00:00:00' - timestamp '2020-01-01 12:00:00', timestamp '2020-01-01 00:00:00' - date '2019-12-31';
select interval '1 day' + interval '2 hours';
select interval '1 month' - interval '1 day';
select interval '1 day' * 3;
select -interval '1 day';
select interval '1' year, interval '2' month, interval '3' day, interval '4' hour, interval '5' minute, interval '6' second;
select interval '1 year 2 months 3 days 4 hours 5 minutes 6.789 seconds', interval '1 week', interval '1 decade', interval '1 century';
select interval '1 millisecond', interval '1 microsecond', interval '1 nanosecond', interval '90 minutes', interval '-1 day';
select interval '1y 2mon 3d 4h 5m 6s';
-- differs: clock times in intervals are read
select interval '10:20:30';
-- differs: clock times in intervals are read
select interval '1 day 10:20:30';
select interval 1 day, interval 2 month;
select interval '0.5 days';
select interval '1.5 months';
select interval '1.5 years';
-- differs: half a week is three and a half days
select interval '0.5 weeks';
select interval '1 month' = interval '30 days', interval '1 day' = interval '24 hours', interval '1 day' < interval '2 days';
select d + interval '1 month', d - interval '1 year', ts + interval '1 hour 30 minutes', ts - interval '1 month' from d;
select d + n, d - n from d;
select d - date '2020-01-01', ts - timestamp '2020-01-01 00:00:00' from d;
select extract(year from d), extract(month from d), extract(day from d), extract(quarter from d), extract(week from d) from d;
select extract(dow from d), extract(isodow from d), extract(doy from d), extract(epoch from d), extract(isoyear from d) from d;
select extract(hour from ts), extract(minute from ts), extract(second from ts), extract(millisecond from ts), extract(microsecond from ts), extract(nanosecond from ts), extract(epoch from ts) from d;
select date_part('year', ts), date_part('month', ts), date_part('hour', ts), date_part('second', ts), date_part('dow', d) from d;
select datepart('day', d) from d;
select date_part('quarter', d) from d;
select date_part('week', ts) from d;
select extract(hour from d), extract(second from d) from d;
select extract(year from interval '3 years'), extract(month from interval '14 months'), extract(day from interval '5 days'), extract(hour from interval '5 hours'), extract(epoch from interval '1 day');
select extract(hour from time '10:20:30'), extract(minute from time '10:20:30'), extract(second from time '10:20:30.5');
select arrow_typeof(extract(year from d)), arrow_typeof(extract(epoch from ts)), arrow_typeof(extract(second from ts)) from d limit 1;
select date_trunc('year', ts), date_trunc('quarter', ts), date_trunc('month', ts), date_trunc('week', ts), date_trunc('day', ts) from d;
select date_trunc('hour', ts), date_trunc('minute', ts), date_trunc('second', ts), date_trunc('millisecond', ts), date_trunc('microsecond', ts) from d;
select date_trunc('month', d), date_trunc('year', d), date_trunc('week', d) from d;
select datetrunc('day', ts) from d where n = 1;
select date_trunc('MONTH', timestamp '2020-05-17 10:00:00'), date_trunc('Day', timestamp '2020-05-17 10:00:00');
select date_trunc('hour', time '10:20:30');
select arrow_typeof(date_trunc('month', d)), arrow_typeof(date_trunc('month', ts)) from d limit 1;
select date_bin(interval '15 minutes', ts) from d;
select date_bin(interval '1 hour', ts, timestamp '2020-01-01 00:30:00') from d;
select date_bin(interval '1 day', ts), date_bin(interval '7 days', ts, timestamp '1970-01-05 00:00:00') from d;
select date_bin(interval '1 month', ts), date_bin(interval '1 year', ts, timestamp '1970-01-01 00:00:00') from d;
select date_bin('10 minutes', timestamp '2020-01-01 00:17:00', timestamp '2020-01-01 00:00:00');
select to_date('2020-01-31'), to_date('31/01/2020', '%d/%m/%Y'), to_date(18000), to_date('2020-01-31T10:20:30');
select to_timestamp('2020-01-31T10:20:30'), to_timestamp(1580465130), to_timestamp('31.01.2020 10:20', '%d.%m.%Y %H:%M'), to_timestamp(1.5);
select to_timestamp_seconds(1580465130), to_timestamp_millis(1580465130123), to_timestamp_micros(1580465130123456), to_timestamp_nanos(1580465130123456789);
select to_timestamp_seconds('2020-01-31T10:20:30.5'), to_timestamp_millis('2020-01-31T10:20:30.5678'), to_timestamp_micros('2020-01-31 10:20:30.5678901'), to_timestamp_nanos('2020-01-31');
select arrow_typeof(to_timestamp('2020-01-01')), arrow_typeof(to_timestamp_seconds(1)), arrow_typeof(to_timestamp_millis(1)), arrow_typeof(to_timestamp_micros(1)), arrow_typeof(to_timestamp_nanos(1)), arrow_typeof(to_date('2020-01-01'));
select to_unixtime('2020-01-01T00:00:01'), to_unixtime(timestamp '2020-01-01 00:00:01'), to_unixtime(date '2020-01-01'), to_unixtime('01/02/2020', '%m/%d/%Y');
select from_unixtime(0), from_unixtime(1580465130), from_unixtime(1580465130, 'America/New_York');
select to_char(d, '%Y/%m/%d'), to_char(ts, '%d-%b-%Y %H:%M:%S') from d;
select to_char(date '2020-02-29', '%A %d %B %Y'), to_char(timestamp '2020-02-29 13:05:09', '%I:%M %p'), to_char(time '13:05:09', '%H%M');
select date_format(ts, '%Y-%m') from d;
select to_char(ts, '%j') from d;
select to_char(ts, '%U') from d;
select to_char(ts, '%s') from d;
select to_char(timestamp '2020-02-29 13:05:09.123456', '%f'), to_char(timestamp '2020-02-29 13:05:09.123456', '%.3f'), to_char(timestamp '2020-02-29 13:05:09.123456', '%3f');
select make_date(2020, 2, 29), make_date(1, 1, 1), make_date('2020', '1', '31');
select make_date(extract(year from d)::int, 1, 1) from d;
select make_time(10, 20, 30);
select make_time(0, 0, 0);
select last_day(date '2020-02-01');
select last_day(date '2021-12-05');
select next_day(date '2020-02-01', 'Mon');
select age(timestamp '2020-01-01', timestamp '2019-01-01');
select to_local_time(arrow_cast('2024-04-01T00:00:20Z', 'Timestamp(Nanosecond, Some("Europe/Brussels"))'));
select arrow_cast('2024-04-01T00:00:20', 'Timestamp(Nanosecond, Some("Europe/Brussels"))');
select timestamp '2024-07-01 12:00:00' at time zone 'Europe/Brussels';
select arrow_typeof(timestamp '2024-07-01 12:00:00' at time zone 'Europe/Brussels');
select (timestamp '2024-07-01 12:00:00' at time zone 'UTC') at time zone 'America/New_York';
select arrow_cast(timestamp '2024-03-31 01:30:00', 'Timestamp(ns, "Europe/Berlin")');
-- differs: the later of two local times isn't refused
select arrow_cast(timestamp '2024-10-27 02:30:00', 'Timestamp(ns, "Europe/Berlin")');
select date_trunc('day', arrow_cast('2024-03-31T03:30:00Z', 'Timestamp(ns, "Europe/Berlin")'));
select date_trunc('hour', arrow_cast('2024-10-27T00:30:00Z', 'Timestamp(ns, "Europe/Berlin")'));
select extract(hour from arrow_cast('2024-07-01T12:00:00Z', 'Timestamp(ns, "America/New_York")')), extract(day from arrow_cast('2024-07-01T02:00:00Z', 'Timestamp(ns, "America/New_York")'));
select arrow_cast('2024-03-30T12:00:00Z', 'Timestamp(ns, "Europe/Berlin")') + interval '1 day', arrow_cast('2024-03-30T12:00:00Z', 'Timestamp(ns, "Europe/Berlin")') + interval '24 hours';
select arrow_cast('2024-07-01T12:00:00Z', 'Timestamp(ns, "America/New_York")')::varchar, arrow_cast('2024-07-01T12:00:00Z', 'Timestamp(s, "UTC")')::varchar, arrow_cast('2024-07-01T12:00:00Z', 'Timestamp(s, "+01:00")')::varchar;
select arrow_cast('2024-07-01T12:00:00Z', 'Timestamp(ns, "UTC")') = arrow_cast('2024-07-01T14:00:00+02:00', 'Timestamp(ns, "Europe/Berlin")');
select arrow_cast('2024-07-01T12:00:00Z', 'Timestamp(ns, "UTC")') = timestamp '2024-07-01 12:00:00';
select to_char(arrow_cast('2024-07-01T12:00:00Z', 'Timestamp(ns, "Europe/Berlin")'), '%H:%M %z');
select d > '2000-01-01', d = '2020-02-29', ts < '1970-01-01', ts >= date '2020-01-01' from d;
select n from d where d between date '2020-01-01' and date '2021-12-31';
select n from d where ts > timestamp '2020-01-01 00:00:00' order by ts;
select n from d where extract(year from d) = 2020;
select n from d where d < now() and ts < current_timestamp;
select n from d where date_trunc('year', ts) = timestamp '2020-01-01 00:00:00';
select n from d where d + interval '1 year' > date '2021-02-01' order by n;
select n from d where d in (date '1970-01-01', date '2020-02-29');
select min(d), max(d), min(ts), max(ts), count(d) from d;
select extract(year from d) as y, count(*) from d group by y order by y;
select date_trunc('year', ts) as y, count(*) from d group by y order by y;
select max(ts) - min(ts) from d;
select max(d) - min(d) from d;
select avg(extract(year from d)) from d;
select d::varchar, ts::varchar from d;
select ts::date from d;
select ts::time from d;
select d::timestamp from d;
select cast(ts as timestamp(3)) from d;
select cast(ts as timestamp(0)) from d;
select arrow_cast(ts, 'Timestamp(Second, None)')::varchar, arrow_cast(ts, 'Timestamp(ms)')::varchar from d;
select arrow_cast(ts, 'Date64'), arrow_cast(d, 'Date64') from d;
select arrow_cast(ts, 'Int64'), arrow_cast(d, 'Int32') from d;
select ts - interval '1 day' < ts, ts + interval '0 days' = ts from d;
select now() > timestamp '2020-01-01 00:00:00', current_date > date '2020-01-01', now() = now();
select today() = current_date;
select current_timestamp = now();
select date '2020-01-01' < timestamp '2020-01-01 00:00:01', date '2020-01-01' = timestamp '2020-01-01 00:00:00';
select greatest(date '2020-01-01', date '2021-01-01'), least(timestamp '2020-01-01 00:00:00', timestamp '2021-01-01 00:00:00');
select coalesce(d, date '2000-01-01'), nullif(d, date '1970-01-01') from d;
select case when d > date '2020-01-01' then d else null end from d;
select value from generate_series(date '2020-01-01', date '2020-01-04', interval '1 day');
select value from generate_series(timestamp '2020-01-01 00:00:00', timestamp '2020-01-01 02:00:00', interval '30 minutes');
select value from range(date '2020-01-31', date '2020-05-01', interval '1 month');
select unnest(generate_series(date '2020-01-01', date '2020-03-01', interval '1 month'));
select generate_series(date '2020-01-01', date '2020-01-03', interval '1 day');
select range(timestamp '2020-01-01', timestamp '2020-01-02', interval '6 hours');
select arrow_cast(3661, 'Duration(Second)');
select arrow_cast(3661, 'Duration(Second)')::varchar;
select arrow_cast(1500, 'Duration(Millisecond)')::varchar;
select arrow_cast(5, 'Duration(Second)') + arrow_cast(6, 'Duration(Second)'), timestamp '2020-01-01 00:00:00' + arrow_cast(60, 'Duration(Second)');
select time '10:20:30' < time '11:00:00', time '10:20:30' = time '10:20:30.000';
select time '10:20:30' + interval '1 hour';
select time '10:20:30' - time '09:00:00';
select arrow_typeof(time '10:20:30' - time '09:00:00');
select date '0001-01-01', date '9999-12-31', date '1582-10-15', date '-0001-01-01';
select extract(doy from date '2020-12-31'), extract(week from date '2021-01-01'), extract(isoyear from date '2021-01-01'), extract(dow from date '2021-01-03');
select extract(century from date '2020-01-01');
-- differs: the peer's name of a quoted part
select extract('year' from date '2020-01-01');
select extract(years from date '2020-01-01');
select extract(days from date '2020-01-05');
select ts from d order by ts desc nulls last limit 2;
select d from d order by d;
-- differs: the name shows the interval as it is, not as it was written
select count(*) over (order by d range between interval '1 year' preceding and current row) from d order by d;
-- error
select date 'x';
-- error
select date '2020-02-30';
-- error
select timestamp '2020-01-01 25:00:00';
-- error
select interval 'x';
-- error
select interval '1 foo';
-- error
select date_trunc('foo', timestamp '2020-01-01 00:00:00');
-- error
select extract(foo from date '2020-01-01');
-- error
select make_date(2021, 2, 29);
-- error
select to_date('x');
-- error
select to_timestamp('x');
-- error
select date_bin(interval '0 minutes', timestamp '2020-01-01 00:00:00');
-- error
select date '2020-01-01' + date '2020-01-01';
-- error
select date '2020-01-01' * 2;
-- error
select timestamp '2020-01-01 00:00:00' at time zone 'Nowhere/City';
-- error
select to_timestamp('2020-01-31', '%d');
