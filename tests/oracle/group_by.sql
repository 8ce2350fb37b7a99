-- GROUP BY forms, grouping sets, ROLLUP, CUBE, GROUPING, HAVING.
-- setup
create table s as select cast(region as varchar) as region, cast(city as varchar) as city, cast(y as int) as y, cast(amt as bigint) as amt from (values
  ('n', 'oslo', 2020, 10), ('n', 'oslo', 2021, 20), ('n', 'bergen', 2020, 5), ('s', 'rome', 2020, 7), ('s', 'rome', 2021, null),
  ('s', 'bari', 2021, 3), (null, 'x', 2020, 1), ('n', null, 2021, 2)) as v(region, city, y, amt);
-- statements
select region, sum(amt) from s group by region;
select region, city, sum(amt) from s group by region, city;
select region, sum(amt) from s group by rollup(region);
select region, city, sum(amt) from s group by rollup(region, city);
select region, city, y, sum(amt) from s group by rollup(region, city, y);
select region, city, sum(amt) from s group by cube(region, city);
select region, city, y, count(*) from s group by cube(region, city, y);
select region, city, sum(amt) from s group by grouping sets ((region, city), (region), ());
select region, city, sum(amt) from s group by grouping sets ((region), (city));
select region, y, sum(amt) from s group by grouping sets (region, y);
select region, city, sum(amt) from s group by grouping sets ((region, city), ());
select sum(amt) from s group by grouping sets (());
select sum(amt) from s group by grouping sets ((), ());
select region, y, sum(amt) from s group by region, rollup(y);
select region, y, sum(amt) from s group by region, cube(y);
select region, city, y, sum(amt) from s group by region, rollup(city, y);
select region, city, y, sum(amt) from s group by rollup(region), rollup(y), city;
select region, y, sum(amt), grouping(region), grouping(y) from s group by rollup(region, y);
select region, y, grouping(region, y) as g, sum(amt) from s group by cube(region, y) order by g, region, y;
select grouping(region) as g, count(*) from s group by rollup(region) order by g, 2;
select case when grouping(region) = 1 then 'all' else coalesce(region, 'none') end as r, sum(amt) from s group by rollup(region) order by r;
select region, sum(amt) from s group by rollup(region) having sum(amt) > 10;
select region, grouping(region) from s group by rollup(region) having grouping(region) = 1;
select region, y, sum(amt) from s group by rollup(region, y) order by region nulls first, y nulls first, sum(amt);
select region, y, sum(amt) from s group by rollup(region, y) order by grouping(region), region, y;
select region, y, count(distinct city) from s group by rollup(region, y);
select region, count(distinct city), count(distinct y), sum(amt) from s group by region;
select region, count(distinct city), sum(distinct amt) from s group by rollup(region);
select y % 2 as odd, sum(amt) from s group by rollup(y % 2);
select y % 2 as odd, region, sum(amt) from s group by rollup(odd, region) order by 1, 2;
select region as r, sum(amt) from s group by r;
select upper(region) as region, sum(amt) from s group by region;
select upper(region) as u, sum(amt) from s group by u;
select region, sum(amt) from s group by 1;
select upper(region), y, sum(amt) from s group by 1, 2 order by 1, 2;
select sum(amt), region from s group by 2;
-- duckdb: the peer has no ORDER BY ALL
select region, sum(amt) from s group by all order by all;
select region, y + 1, sum(amt) from s group by all;
select region, y from s group by all;
select region from s group by region;
select region, region from s group by region, region;
select 1 from s group by region;
select count(*) from s group by 'x';
select 'x', count(*) from s group by 'x';
select 1 as one, count(*) from s group by one;
select count(*) from s group by null;
select count(*) from s group by region is null;
select region is null as n, count(*) from s group by n order by n;
select case when amt > 5 then 'hi' else 'lo' end as c, count(*) from s group by c order by c;
select case when amt > 5 then 'hi' else 'lo' end, count(*) from s group by case when amt > 5 then 'hi' else 'lo' end;
select length(city), count(*) from s group by length(city) order by 1;
select region, count(*) as n from s group by region having count(*) >= 2 order by n desc, region;
select region from s group by region having count(*) >= 2 and max(amt) > 5;
select region, max(amt) from s group by region having region is not null order by 1;
select region, max(amt) as m from s group by region having m > 6;
select region, y, sum(amt) as a from s group by region, y having a is null;
select y, sum(amt) as total, avg(amt) as mean, min(amt) as lo, max(amt) as hi from s group by y order by y;
select s.region, count(*) from s as s group by s.region order by s.region desc;
select x.region, max(x.y) from s x group by x.region;
select a.region, b.y, count(*) from s a join s b on a.city = b.city group by a.region, b.y order by 1, 2;
select t.r, t.n from (select region as r, count(*) as n from s group by region) t where t.n > 1;
select sum(n) from (select count(*) as n from s group by region, city);
select region, (select count(*) from s) as total, count(*) from s group by region;
select region, array_agg(city order by city) from s group by region order by region;
select region, string_agg(city, '/' order by city) from s group by region order by region;
select distinct region, sum(amt) over (partition by region) from s;
select region, sum(sum(amt)) over (order by region) from s group by region order by region;
select region, sum(amt), rank() over (order by sum(amt) desc) as r from s group by region order by r;
select region, count(*), count(*) * 100 / sum(count(*)) over () from s group by region order by region;
select region, city, sum(amt) from s where y = 2020 group by region, city order by sum(amt) desc;
select region, sum(amt) from s where false group by region;
select region, sum(amt) from s where false group by rollup(region);
select count(*), sum(amt) from s where false group by rollup(region, city);
select region, sum(amt) from s where false group by grouping sets ((region), ());
select region, sum(amt) from s group by cube(region) limit 0;
select y, region, sum(amt) from s group by grouping sets ((y, region), (y), (region), ()) order by y, region, 3;
-- duckdb: the peer has no nested grouping sets
select y, region, sum(amt) from s group by grouping sets (rollup(y, region));
-- duckdb: the peer has no nested grouping sets
select y, region, sum(amt) from s group by grouping sets (cube(y, region), (y));
-- duckdb: the peer has no composite columns
select y, region, sum(amt) from s group by rollup((y, region));
-- duckdb: the peer has no composite columns
select y, region, city, sum(amt) from s group by rollup((y, region), city);
-- duckdb: the peer has no composite columns
select y, region, city, count(*) from s group by cube((y, region), city);
-- error
select region, amt from s group by region;
-- error
select region, sum(amt) from s group by nope;
-- error
select region, sum(amt) from s group by sum(amt);
-- error
select * from s group by region;
-- error
select grouping(city) from s group by rollup(region);
-- error
select grouping() from s group by rollup(region);
-- error
select region from s group by region having amt > 1;
-- error
select region from s group by region order by amt;
select region, first_value(amt order by y) filter (where amt > 5) from s group by region order by region;
select region, sum(amt) filter (where y = 2020) as a20, sum(amt) filter (where y = 2021) as a21 from s group by region order by region;
select region, median(amt), stddev_pop(amt) from s group by rollup(region) order by region, 2;
select date_trunc('year', make_date(y, 1, 1)) as d, sum(amt) from s group by d order by d;
select arrow_typeof(grouping(region)), arrow_typeof(sum(amt)) from s group by rollup(region) limit 1;
select region || '-' || cast(y as varchar) as k, count(*) from s group by k order by k;
select region, y from s group by region, y order by region, y limit 3;
select region, y from s group by region, y order by region desc, y desc offset 2;
select count(*) over (), region from s group by region order by region;
select max(region), min(city) from s group by y order by y;
select coalesce(region, '?') as r, coalesce(city, '?') as c, sum(amt) from s group by grouping sets ((r), (c)) order by r, c;
select y, sum(amt) from s group by y having sum(amt) > (select avg(amt) from s) order by y;
select region from s group by region having exists (select 1 where max(amt) > 5);
select region, sum(amt) from s group by region union all select 'total', sum(amt) from s order by 1, 2;
with r as (select region, sum(amt) as a from s group by region) select * from r where a = (select max(a) from r);
select region, count(*) c from s group by region order by c, region nulls first;
select bool_or(amt > 15) as big, region from s group by region order by region;
select sum(amt) as region from s group by region order by 1;
select y as amt, sum(amt) as x from s group by y order by y;
select a, count(*) from (select {'r': region, 'y': y} as a from s) group by a;
select a, count(*) from (select [region, city] as a from s) group by a;
select d, count(*) from (values (1.10::decimal(5,2)), (1.1::decimal(5,2)), (null)) v(d) group by d;
select b, count(*) from (values (true), (false), (true), (null)) v(b) group by b order by b;
select d, count(*) from (values (date '2020-01-01'), (date '2020-01-01'), (null)) v(d) group by d;
select t, count(*) from (values (timestamp '2020-01-01 00:00:00'), (timestamp '2020-01-01 00:00:00.001')) v(t) group by t;
select i, count(*) from (values (interval '1 month'), (interval '30 days'), (interval '1 month')) v(i) group by i;
