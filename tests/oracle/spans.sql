-- SPDX-FileCopyrightText: 2026 The Bowstring Authors
-- SPDX-License-Identifier: Apache-2.0
-- Intervals as texts and their parts; numbers that count the units of a clock.

select interval '0.49999999999 day', interval '0.123456789012 day', interval '0.1234567890123 hour';
select interval '0.33333333333 month', interval '0.33333333333 year', interval '1.000000001 day';
select interval '1.5 months', interval '0.1 month', interval '1.53 month';
select interval '1.3 week', interval '0.123456789 week', interval '0.1 week', interval '-1.3 week';
select interval '1.29 year', interval '0.711 century', interval '1.27 decade', interval '-1.29 year';
select interval '-0.33 month', interval '-0.123456789012 day', interval '0.0000000019 second';
select interval '0.5 year 0.5 month 0.5 day 0.5 hour';
select interval '5', interval '-5', interval '0.25';
select interval '1 day 1 day';
select interval '1 day 1 days';
select interval '1-2';
select interval '1 1';
select interval '1 month 2';
select interval '2 1 month';
select interval '1 day -1 hour', interval '1 YEAR 2 MONS';
-- differs: the peer knows no plus sign
select interval '+1 year';
select extract(millisecond from interval '1.5 seconds'), extract(microsecond from interval '0.25 seconds');
-- differs: the peer drops the fraction after a minute
select extract(millisecond from interval '1 day 1 hour 90.5 seconds'), extract(microsecond from interval '90.5 seconds');
-- differs: the peer counts a whole second twice
select extract(nanosecond from interval '1 second');
select extract(nanosecond from interval '1 hour'), arrow_typeof(extract(nanosecond from interval '1 hour'));
select extract(week from interval '15 days'), extract(minute from interval '3 hour 90.5 seconds'), extract(second from interval '1 hour 90.5 seconds');
select extract(quarter from interval '5 months');
select extract(dow from interval '5 months');
select arrow_typeof(arrow_cast('1 year 2 months', 'Interval(YearMonth)')), arrow_cast('1 year 2 months', 'Interval(YearMonth)')::varchar;
select arrow_cast('1 day 2 hours', 'Interval(DayTime)')::varchar, arrow_cast('-14 months', 'Interval(YearMonth)')::varchar;
select arrow_typeof(arrow_cast('x', 'Interval(YearMonth)'));
select date '2020-01-01' + arrow_cast('1 year', 'Interval(YearMonth)'), timestamp '2020-01-01' - arrow_cast('1 day', 'Interval(DayTime)');
select cast(1.5 as timestamp), cast(1.5 as timestamp(3)), cast(-1.5::real as timestamp), arrow_cast(2.9, 'Duration(Second)');
select arrow_cast(1.5, 'Timestamp(Second, Some("+02:00"))'), cast(2.5::decimal(5,2) as timestamp);
select cast(timestamp '1970-01-01T00:00:01' as double), cast(timestamp '1970-01-01T00:00:01' as decimal(20,2)), arrow_cast(arrow_cast(1,'Duration(Second)'),'Float64');
select try_cast(1e30 as timestamp), try_cast('nan'::double as timestamp);
select cast(1e30 as timestamp);
select cast(1.5 as date);
select cast(1.5 as time);
select cast(date '1970-01-02' as double);
create table spans(v interval) as values (interval '5 days 3 nanoseconds'), (interval '1 year'), (null), (interval '-1 month 3 seconds');
select v, extract(month from v), extract(day from v), extract(second from v) from spans order by v;
select v + interval '0.5 hours', date '2020-01-31' + v from spans order by v;
