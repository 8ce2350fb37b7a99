-- NULLs and odd types in functions.
select [1,null] < [1,2];
select [1,null] > [1,2];
select {'a':1,'b':null} < {'a':1,'b':2};
select {'a':null} = {'a':null};
select * from (values ([1,null]),([1,2]),(null),([null])) v(x) order by x;
select * from (values ([1,null]),([1,2]),(null),([null])) v(x) order by x desc;
select * from (values ([1,null]),([1,2]),(null),([null])) v(x) order by x nulls first;
select max(x), min(x) from (values ([1,null]),([1,2]),(null),([null])) v(x);
select array_sort([[1,null],[1,2],null]);
select array_max([[1,null],[1,2]]);
select greatest([1,null],[1,2]);
select array_agg(x order by x) from (values ([1,null]),([1,2]),(null),([null])) v(x);
select array_concat(null, null);
-- differs: the peer refuses this
select array_concat([1], null);
select array_concat([], [1]);
select array_concat([1], [1.5]);
select array_concat([[1]], [[2]]);
-- differs: the peer refuses this
select array_has_all(null,[1]);
select array_has_any([1],null);
select array_positions(null, 1);
select array_position(null, 1);
select array_length(null);
select array_length([1], null);
select array_length([1], 0);
select cardinality(null);
select array_dims(null);
-- differs: the peer refuses this
select list_concat([1], null);
select array_except(null,[1]);
select array_except([1],null);
select array_intersect(null,[1]);
select array_union(null,[1]);
select array_union([1],null);
select array_remove(null, 1);
select array_replace(null, 1, 2);
select array_slice(null, 1, 2);
select array_sort(null);
select array_to_string(null, ',');
select array_has(null, 1);
select array_element(null, 1);
select array_append(null, 1);
select array_pop_back(null);
select array_resize(null, 1);
select array_reverse(null);
select array_distinct(null);
select flatten(null);
select empty(null);
select array_max(null);
select arrays_zip(null, [1]);
select array_repeat(null, 2);
select nvl(date '2020-01-01', null), arrow_typeof(nvl(date '2020-01-01', null));
select arrow_typeof(nvl([1], [2]));
select arrow_typeof(nvl(timestamp '2020-01-01', null)), nvl(null::timestamp, timestamp '2020-01-01');
select arrow_typeof(nvl(interval '1 day', null));
select arrow_typeof(nvl(x'aa', x'bb'));
select arrow_typeof(nvl({'a':1}, {'a':2}));
select arrow_typeof(nvl(1::decimal(5,2), 2)), arrow_typeof(nvl(1::decimal(5,2), 2.5)), arrow_typeof(nvl(1::decimal(5,2), 2::decimal(10,4)));
-- differs: the peer refuses this
select arrow_typeof(nvl2(1, 2.5, 3)), arrow_typeof(nvl2(1, [1], [2])), arrow_typeof(nvl2(1, 'a', 1));
select arrow_typeof(ifnull([1],[2]));
select arrow_typeof(nullif([1],[2])), arrow_typeof(nullif(1, 2.5)), arrow_typeof(nullif('a', 1));
-- differs: the peer refuses this
select '1e3'::decimal(10,2);
-- differs: the peer refuses this
select '1.5e2'::decimal(10,2);
select 1e3::decimal(10,2);
-- differs: the peer refuses this
select coalesce(1, 'a');
-- differs: the peer refuses this
select coalesce(null, 1, 'a');
select case when true then 1 else 'a' end;
select case when true then 1 else '2' end;
select count(distinct 1, 2);
-- differs: the peer refuses this
select lag(column1, column1) over () from (values (1),(2));
-- differs: the peer refuses this
select to_timestamp_millis(date '2020-01-01');
-- differs: the peer refuses this
select to_timestamp_seconds(date '2020-01-01'), to_timestamp_micros(date '2020-01-01'), to_timestamp_nanos(date '2020-01-01');
select substr('abc', '2');
select left('abc', 2.0), repeat('a','2');
select x'6162' like 'a%', x'6162' || 'c';
select x'6162' = 'ab', x'6162' in ('ab'), concat(x'6162', 'c'), x'6162' ~ 'a', upper(x'6162'), starts_with(x'6162','a');
select arrow_typeof(x'6162' || x'63'), arrow_typeof(concat(x'61', x'62'));
-- differs: the peer refuses this
select date_bin(interval '1 day', timestamp '2020-01-01', null);
select date_bin(null, timestamp '2022-08-03 14:38:50');
select date_bin(interval '1 day', null);
-- differs: the peer refuses this
select arrow_cast(5, 'Time32(Second)');
select arrow_cast(5, 'Time64(Microsecond)');
select 5::time;
select arrow_cast(5::int, 'Time32(Second)');
select array_agg(distinct x order by y) from (values (1,2)) v(x,y);
select * from (values (map {'a': 1}), (map {'b': null})) v(m);
select * from (values (map {'a': 1}), (map {'b': 2.5})) v(m);
-- differs: the peer refuses this
select (map {1:'a'})[1], map {'a': 1}.a;
select 1 as a, 1 as a;
select a.x from (select {'x':1} a) q;
select sum(x) from (values (1::decimal(38,0)), (2)) v(x);
select sum(a) from (values (arrow_cast(100,'Decimal32(9,2)')), (arrow_cast(200,'Decimal32(9,2)'))) v(a);
select avg(a), arrow_typeof(avg(a)) from (values (arrow_cast(100,'Decimal64(18,2)')), (arrow_cast(201,'Decimal64(18,2)'))) v(a);
select arrow_typeof(avg(a)) from (values (arrow_cast(100,'Decimal256(76,40)'))) v(a);
select min(a), max(a) from (values (arrow_cast('1 day','Interval(DayTime)')), (arrow_cast('2 days','Interval(DayTime)'))) v(a);
select min(a), max(a) from (values (arrow_cast('1 month','Interval(YearMonth)')), (arrow_cast('2 months','Interval(YearMonth)'))) v(a);
select sum(interval '1 day');
select avg(interval '1 day');
select sum(x) from (values (interval '1 day'), (interval '2 months 1 hour')) v(x);
select * from (values (interval '1 day'), (interval '1 month'), (interval '2 hours')) v(x) order by x;
select arrow_typeof(1e3), 1e3, 1.0e2;
select lead(column1, null) over () from (values (1),(2));
select lag(column1, null) over () from (values (1),(2));
select 1 between '0' and 2;
select initcap(null), arrow_typeof(initcap(null));
