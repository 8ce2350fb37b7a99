-- CAST, ::, TRY_CAST, arrow_cast, coercion between types.
-- setup
create table c as select cast(i as int) as i, cast(f as double) as f, cast(s as varchar) as s, cast(b as boolean) as b, cast(d as decimal(10,2)) as d, cast(dt as date) as dt, cast(ts as timestamp) as ts from (values
 (1, 1.5, '1', true, 1.50, '2020-01-01', '2020-01-01 00:00:00'), (-7, -2.5, '-7', false, -2.55, '1969-12-31', '1969-12-31 23:59:59'), (300, 1e10, '3e2', null, 99999999.99, '2024-02-29', '2024-02-29 12:34:56.789'), (null, null, null, null, null, null, null), (0, 0.49, ' 12 ', true, 0.00, '1970-01-01', '1970-01-01 00:00:00.000001')) v(i, f, s, b, d, dt, ts);
-- statements
select cast(1 as tinyint);
select cast(1 as smallint);
select cast(1 as int);
select cast(1 as integer);
select cast(1 as bigint);
select cast(1 as real);
select cast(1 as float);
select cast(1 as double);
select cast(1 as double precision);
select cast(1 as decimal(5,2));
select cast(1 as numeric(5,2));
select cast(1 as decimal);
select cast(1.5 as decimal(3));
select arrow_typeof(cast(1 as tinyint));
select arrow_typeof(cast(1 as smallint));
select arrow_typeof(cast(1 as int));
select arrow_typeof(cast(1 as bigint));
select arrow_typeof(cast(1 as real));
select arrow_typeof(cast(1 as float));
select arrow_typeof(cast(1 as double));
select arrow_typeof(cast(1 as int2));
select arrow_typeof(cast(1 as int4));
select arrow_typeof(cast(1 as int8));
select arrow_typeof(cast(1 as float4));
select arrow_typeof(cast(1 as float8));
select arrow_typeof(cast(1 as int unsigned));
select arrow_typeof(cast(1 as bigint unsigned));
select arrow_typeof(cast(1 as tinyint unsigned));
select arrow_typeof(cast(1 as smallint unsigned));
select arrow_typeof(cast(1 as varchar));
select arrow_typeof(cast(1 as char(3)));
select arrow_typeof(cast(1 as text));
select arrow_typeof(cast(1 as string));
select arrow_typeof(cast(1 as varchar(5)));
select arrow_typeof(cast('a' as bytea)), arrow_typeof(cast(1 as boolean)), arrow_typeof(cast('2020-01-01' as date)), arrow_typeof(cast('10:00:00' as time));
select arrow_typeof(cast('2020-01-01' as timestamp));
select arrow_typeof(cast('2020-01-01' as timestamp(0)));
select arrow_typeof(cast('2020-01-01' as timestamp(3)));
select arrow_typeof(cast('2020-01-01' as timestamp(6)));
select arrow_typeof(cast('2020-01-01' as timestamp(9)));
select arrow_typeof(cast('2020-01-01' as timestamptz));
select arrow_typeof(cast('2020-01-01' as timestamp with time zone));
select arrow_typeof(cast('2020-01-01' as timestamp without time zone));
select arrow_typeof(cast('1 day' as interval));
select arrow_typeof(cast(1 as decimal(38,10)));
select arrow_typeof(cast(1 as decimal(50,10)));
select i::bigint from c;
select i::double from c;
select i::varchar from c;
select i::decimal(8,1) from c;
select i::boolean from c;
select f::bigint from c;
select f::real from c;
select f::varchar from c;
select f::decimal(14,2) from c;
select f::boolean from c;
select cast(f as int) from c where f < 1000;
select d::int from c;
select d::double from c;
select d::varchar from c;
select d::decimal(12,1) from c;
select d::decimal(14,4) from c;
select d::bigint from c;
select b::int from c;
select b::varchar from c;
select b::double from c;
select dt::varchar from c;
select dt::timestamp from c;
select dt::int from c;
select dt::bigint from c;
select ts::varchar from c;
select ts::date from c;
select ts::time from c;
select ts::bigint from c;
select ts::timestamp(0) from c;
select ts::timestamp(3) from c;
select ts::timestamp(6) from c;
select try_cast(s as int) from c;
select try_cast(s as double) from c;
select try_cast(s as boolean) from c;
select try_cast(s as date) from c;
select try_cast(i as tinyint), try_cast(f as smallint), try_cast(d as decimal(4,2)) from c;
select cast(1.9 as int), cast(-1.9 as int), cast(0.5 as int), cast(1.5 as int), cast(2.5 as int);
select cast(1.005 as decimal(5,2)), cast(2.345 as decimal(5,2)), cast(-2.345 as decimal(5,2)), cast(2.5 as decimal(5,0)), cast(3.5 as decimal(5,0));
select cast('12' as int), cast(' 12 ' as int), cast('-12' as bigint), cast('+12' as int), cast('1.5' as double), cast('1e3' as double);
select cast('true' as boolean), cast('f' as boolean), cast('yes' as boolean), cast('0' as boolean), cast('on' as boolean), cast('T' as boolean);
select cast('nan' as double), cast('inf' as double), cast('-infinity' as double), cast('Infinity' as double);
select cast('1.234' as decimal(5,2));
select cast('1.235' as decimal(5,2));
select cast('.5' as decimal(5,2));
-- differs: an exponent is read too
select cast('1e2' as decimal(5,0));
select cast('2020-01-31' as date), cast('2020-1-3' as date), cast('0001-01-01' as date), cast('9999-12-31' as date);
select cast('2020-01-31T10:20:30' as timestamp), cast('2020-01-31 10:20:30.123456789' as timestamp), cast('2020-01-31' as timestamp), cast('2020-01-31T10:20:30Z' as timestamp), cast('2020-01-31T10:20:30+02:00' as timestamp);
select cast('10:20:30' as time), cast('10:20' as time), cast('10:20:30.5' as time), cast('23:59:59.999999999' as time);
select cast('1 day' as interval), cast('1 year 2 months 3 days 4 hours 5 minutes 6 seconds' as interval), cast('1.5 hours' as interval), cast('-2 days' as interval);
select cast(0 as date);
select cast(18000 as date);
select cast(0 as timestamp);
select cast(1000000000 as timestamp);
select cast(true as int), cast(false as varchar), cast(2 as boolean), cast(0 as boolean), cast(0.5 as boolean);
select cast(null as int);
select cast(null as varchar);
select cast(null as date);
select null::boolean;
select arrow_typeof(cast(null as int));
select arrow_typeof(null::timestamp);
select cast('abc' as bytea);
select cast('ä' as bytea);
select cast(cast('abc' as bytea) as varchar);
select 1.0::varchar, 1.5::varchar, 1e20::varchar, 1e-7::varchar, 123456789012.5::varchar, 0.1::varchar, (-0.0)::varchar;
select cast('nan' as double)::varchar, cast('inf' as double)::varchar, cast(1.5 as real)::varchar, cast(0.1 as real)::varchar, cast(1e10 as real)::varchar;
select cast(0.1 as real)::double, cast(0.1 as real) = 0.1;
select 12345.678::decimal(10,2)::varchar, 5::decimal(5,2)::varchar, (-0.5)::decimal(5,2)::varchar;
select date '2020-01-01'::varchar, timestamp '2020-01-01 00:00:00'::varchar, timestamp '2020-01-01 10:20:30.5'::varchar, time '10:20:30'::varchar, interval '1 month 2 days'::varchar;
select true::varchar;
select [1, 2]::varchar;
select {'a': 1}::varchar;
select cast([1, 2] as double[]);
select cast([1, 2] as varchar[]);
select cast(['1', '2'] as int[]);
select arrow_typeof(cast([1, 2] as int[]));
select arrow_typeof([1, 2]::bigint[]);
select arrow_cast(1, 'Int8'), arrow_cast(1, 'UInt64'), arrow_cast(1, 'Float32'), arrow_cast('a', 'LargeUtf8'), arrow_cast('a', 'Utf8View');
select arrow_typeof(arrow_cast(1, 'Int8')), arrow_typeof(arrow_cast('a', 'LargeUtf8')), arrow_typeof(arrow_cast('a', 'Dictionary(Int32, Utf8)')), arrow_typeof(arrow_cast(1, 'Decimal128(10, 2)')), arrow_typeof(arrow_cast(1, 'Decimal256(40, 2)'));
select arrow_cast('2020-01-01', 'Date32'), arrow_cast('2020-01-01', 'Date64'), arrow_cast('2020-01-01T01:02:03', 'Timestamp(Second, None)'), arrow_cast('2020-01-01T01:02:03', 'Timestamp(Millisecond, None)');
select arrow_cast('2020-01-01T01:02:03Z', 'Timestamp(Microsecond, Some("UTC"))'), arrow_cast('2020-01-01T01:02:03', 'Timestamp(Nanosecond, Some("+02:00"))');
select arrow_cast('2020-01-01T01:02:03', 'Timestamp(ns)'), arrow_cast('2020-01-01T01:02:03', 'Timestamp(us, "Europe/Berlin")');
select arrow_cast(5, 'Duration(Second)'), arrow_cast(5, 'Duration(ms)'), arrow_cast('10:00:00', 'Time64(Nanosecond)'), arrow_cast('10:00:00', 'Time32(Second)');
select arrow_cast('1 day', 'Interval(MonthDayNano)'), arrow_cast('abc', 'Binary'), arrow_cast('abc', 'LargeBinary'), arrow_cast('abc', 'BinaryView');
select arrow_cast([1, 2], 'LargeList(Int64)');
select arrow_cast([1, 2], 'List(Float64)');
select arrow_cast([1, 2], 'FixedSizeList(2, Int64)');
select arrow_typeof(arrow_cast([1, 2], 'LargeList(Int64)'));
select arrow_typeof(arrow_cast([1, 2], 'FixedSizeList(2, Int64)'));
select arrow_typeof([1, 2]);
select arrow_typeof([1.5, 2]);
select arrow_typeof(['a']);
select arrow_typeof([]);
select arrow_typeof([null]);
select arrow_typeof([[1], [2]]);
select arrow_typeof({'a': 1});
select arrow_typeof(struct(1, 'a'));
select arrow_typeof(named_struct('x', 1.5));
select arrow_typeof(map {'a': 1});
select arrow_typeof(date '2020-01-01'), arrow_typeof(timestamp '2020-01-01 00:00:00'), arrow_typeof(time '10:00:00'), arrow_typeof(interval '1 day'), arrow_typeof(x'ff');
select arrow_typeof(now());
select arrow_typeof(current_date);
select arrow_typeof(current_timestamp);
select arrow_typeof(current_time);
select arrow_typeof(date '2020-01-02' - date '2020-01-01'), arrow_typeof(timestamp '2020-01-02 00:00:00' - timestamp '2020-01-01 00:00:00'), arrow_typeof(date '2020-01-01' + interval '1 day'), arrow_typeof(date '2020-01-01' + 1), arrow_typeof(interval '1 day' + interval '1 hour');
select try_cast('x' as int);
select try_cast('1.5' as int);
select try_cast('300' as tinyint);
select try_cast('x' as date);
select try_cast('x' as boolean);
select try_cast('x' as timestamp);
select try_cast('x' as decimal(5,2));
select try_cast(300 as tinyint), try_cast(-1 as int unsigned), try_cast(1e20 as bigint), try_cast('nan'::double as int);
select try_cast(1000 as decimal(4,2)), try_cast('99999' as decimal(4,2));
select arrow_try_cast('x', 'Int32'), arrow_try_cast('5', 'Int32');
select 1 union all select 2.5;
select 1 union all select null;
select 'a' union all select null;
select i from c union all select f from c;
select arrow_typeof(x) from (select 1 as x union all select 2.5) limit 1;
select arrow_typeof(x) from (select cast(1 as int) as x union all select cast(2 as bigint)) limit 1;
select arrow_typeof(x) from (select date '2020-01-01' as x union all select timestamp '2020-01-01 00:00:00') limit 1;
select arrow_typeof(x) from (values (1), (2.5)) v(x) limit 1;
select arrow_typeof(x) from (values (null), ('a')) v(x) limit 1;
select arrow_typeof(coalesce(cast(1 as int), 2.5)), arrow_typeof(coalesce(null, 'a')), arrow_typeof(coalesce(1.5::decimal(3,1), 2.25::decimal(5,2))), arrow_typeof(coalesce(1.5::decimal(3,1), 1));
select arrow_typeof(case when true then 1::int else 2.5::decimal(3,1) end), arrow_typeof(case when true then 1::real else 2::bigint end), arrow_typeof(case when true then date '2020-01-01' else timestamp '2020-01-01 00:00:00' end);
select arrow_typeof([1, 2.5]), arrow_typeof([1::int, 2]), arrow_typeof([null, 1]), arrow_typeof(['a', null]);
select arrow_typeof(nullif(1::int, 2));
select arrow_typeof(greatest(1::int, 2.5));
select arrow_typeof(least(1::smallint, 2::bigint));
select i = s from c where s not like '% %' and s <> '3e2';
select f = d from c;
select i < f from c;
select d > i from c;
select dt = ts from c;
select b = 'true' from c;
select dt = '2020-01-01', ts = '2020-01-01', ts > '2020-01-01T00:00:00', dt < '1970-01-01' from c;
select i + f, i + d, f + d, i * 1.5, d * 2 from c;
select dt + 1, dt - 1, dt - dt, ts - ts from c;
select i in ('1', '300') from c;
select dt in ('2020-01-01', '1970-01-01') from c;
select ts between '1970-01-01' and '2020-12-31' from c;
select i::varchar = s from c;
select concat(i, f, s, b, d) from c;
select length(i::varchar) from c;
select upper(b::varchar) from c;
select i from c where s = '1' or f = 0.49;
select i from c where dt > '2000-01-01';
select i from c where ts < timestamp '1970-01-01 00:00:00';
select i from c where cast(i as varchar) like '3%';
select i from c where cast(f as int) = i;
select i from c where try_cast(s as int) > 0;
select i from c order by cast(s as varchar), i;
select cast(sum(i) as varchar), cast(avg(f) as int) from c where f < 100;
select cast(count(*) as double) / 2 from c;
-- error: Can't cast value 300 to type Int8
select cast(300 as tinyint);
-- error
select cast(-1 as int unsigned);
-- error: Cannot cast string 'x' to value of Int32 type
select cast('x' as int);
-- error
select cast('1.5' as int);
-- error
select cast('' as int);
-- error
select cast('x' as boolean);
-- error
select cast('2020-02-30' as date);
-- error
select cast('x' as timestamp);
-- error
select cast('25:00:00' as time);
-- error
select cast('x' as decimal(5,2));
-- error
select cast(1000 as decimal(4,2));
-- error
select cast(1e20 as bigint);
-- error
select cast('nan'::double as int);
-- error
select cast(1 as nosuchtype);
-- error
select cast(1 as uuid);
-- error
select cast('x' as interval);
-- error
select cast(date '2020-01-01' as boolean);
-- error
select cast([1] as int);
-- error
select arrow_cast(1, 'NoSuch');
-- error
select arrow_cast(1);
-- error
select i + s from c;
-- error
select b + 1 from c;
-- error
select i = dt from c;
-- error
select [1, 'a'];
-- error
select 1 union all select 'a';
values (1), ('a');
-- error
select date '2020-13-01';
-- error
select timestamp 'x';
-- error
select dt + dt from c;
-- error
select ts * 2 from c;
select x'61'::varchar;
select arrow_typeof(x) from (values (1::tinyint), (2::bigint)) v(x) limit 1;
select x from (values (1::decimal(5,2)), (2.345::decimal(6,3))) v(x);
select x from (values (1), (null), (2.5)) v(x) order by x;
select x from (values (date '2020-01-01'), (null)) v(x);
select cast(i as decimal(20,4)) * 1.0001 from c;
select cast(12345 as varchar(3)), cast('abc' as char(2));
select safe_cast('1' as int);
select try_cast('2020-01-01' as timestamp), try_cast('20200101' as date);
select cast('12:34:56' as time)::varchar;
select cast(time '12:34:56' as varchar);
select cast(timestamp '2020-01-01 10:11:12' as time);
select cast(timestamp '2020-01-01 10:11:12' as date);
select arrow_typeof(arrow_cast(null, 'Int32')), arrow_cast(null, 'Utf8');
select cast(9007199254740993 as double);
select cast(9007199254740993 as double)::bigint;
select 255::tinyint unsigned;
select 65535::smallint unsigned;
select 4294967295::int unsigned;
select 18446744073709551615::bigint unsigned;
