-- Aggregate functions, FILTER, DISTINCT, ORDER BY inside, HAVING, empty input.
-- setup
create table t as select cast(g as varchar) as g, cast(i as int) as i, cast(b as bigint) as b, cast(f as double) as f, cast(d as decimal(10,2)) as d, cast(s as varchar) as s, cast(p as boolean) as p, cast(dt as date) as dt from (values
  ('a', 1, 10, 1.5, 1.25, 'x', true, '2020-01-01'), ('a', 2, 20, -2.5, 2.50, 'y', false, '2020-01-02'),
  ('a', 2, null, 0.5, 2.50, 'y', true, null), ('b', 3, 30, null, -3.75, null, null, '2019-12-31'),
  ('b', null, 40, 4.0, null, 'z', true, '2021-06-15'), (null, 5, 50, 8.0, 100.00, 'x', false, '2020-01-01'),
  ('c', null, null, null, null, null, null, null)) as v(g, i, b, f, d, s, p, dt);
create table e as select * from t where false;
-- statements
select count(*) from t;
select count(*), count(i), count(b), count(s) from t;
select count(distinct i), count(distinct s), count(distinct g) from t;
select count(distinct 1), count(distinct null) from t;
select sum(i), sum(b), sum(f), sum(d) from t;
select arrow_typeof(sum(i)), arrow_typeof(sum(b)), arrow_typeof(sum(f)), arrow_typeof(sum(d)) from t;
select avg(i), avg(b), avg(f), avg(d) from t;
select arrow_typeof(avg(i)), arrow_typeof(avg(f)), arrow_typeof(avg(d)) from t;
select min(i), max(i), min(b), max(b), min(f), max(f), min(d), max(d), min(s), max(s), min(dt), max(dt) from t;
select min(p), max(p) from t;
select sum(distinct i), avg(distinct i), min(distinct i), max(distinct i) from t;
select sum(distinct f), sum(distinct d) from t;
select g, count(*) from t group by g;
select g, count(*) as n from t group by g order by n desc, g;
select g, sum(i), avg(f), min(s), max(d) from t group by g;
select g, count(distinct s) from t group by g order by g;
select g, i, count(*) from t group by g, i;
select g, sum(i) filter (where i > 1) from t group by g;
select count(*) filter (where p), count(*) filter (where not p), count(*) filter (where p is null) from t;
select sum(i) filter (where false), count(*) filter (where false) from t;
select g, count(distinct i) filter (where b > 10) from t group by g;
select g, avg(f) filter (where f > 0) as pos from t group by g order by g nulls first;
select stddev(f) from t;
select stddev_samp(f) from t;
select stddev_pop(f) from t;
select var(f) from t;
select var_samp(f) from t;
select var_pop(f) from t;
select variance(f) from t;
select var_sample(f) from t;
select var_population(f) from t;
select stddev(i), var_pop(b) from t;
select stddev(d) from t;
select var_samp(d) from t;
select g, stddev(f), stddev_pop(f) from t group by g order by g;
select corr(i, f) from t;
select covar_pop(i, f) from t;
select covar_samp(i, f) from t;
select covar(i, f) from t;
select regr_slope(f, i), regr_intercept(f, i), regr_r2(f, i), regr_count(f, i) from t;
select regr_avgx(f, i), regr_avgy(f, i), regr_sxx(f, i), regr_syy(f, i), regr_sxy(f, i) from t;
select median(i), median(b), median(f), median(d) from t;
select g, median(i), median(f) from t group by g;
select median(distinct i) from t;
select percentile_cont(0.5) within group (order by i) from t;
select percentile_cont(0.25) within group (order by f) from t;
select percentile_cont(0.25) within group (order by f desc) from t;
select percentile_cont(f, 0.75) from t;
select g, percentile_cont(0.5) within group (order by b) from t group by g;
select quantile_cont(f, 0.5) from t;
select approx_percentile_cont(0.5) within group (order by i) from t;
select approx_percentile_cont(i, 0.9) from t;
select approx_median(i), approx_distinct(i), approx_distinct(s) from t;
select approx_percentile_cont_with_weight(1, 0.5) within group (order by i) from t;
select bool_and(p), bool_or(p) from t;
select g, bool_and(p), bool_or(p) from t group by g;
select bit_and(i), bit_or(i), bit_xor(i) from t;
select bit_and(b), bit_or(b), bit_xor(b), bit_xor(distinct i) from t;
select g, bit_and(i), bit_or(i) from t group by g order by g;
select array_agg(i order by i) from t;
select array_agg(i order by i desc nulls last) from t;
select array_agg(distinct i order by i) from t;
select array_agg(s order by s, i) from t;
select array_agg(i order by b desc, i) from t;
select g, array_agg(i order by i) from t group by g order by g;
select g, array_agg(s order by b) from t group by g order by g;
select array_agg(i order by i) filter (where i > 1) from t;
select array_agg(i order by i) filter (where i is not null) from t;
select array_agg(i) from e;
select array_agg(dt order by dt) from t;
select array_agg(d order by d) from t;
select string_agg(s, ',' order by s) from t;
select string_agg(s, '-') from (select 'a' as s);
select string_agg(s, ', ' order by i desc, s) from t;
select string_agg(distinct s, ',' order by s) from t;
select g, string_agg(s, '|' order by i) from t group by g order by g;
select string_agg(s, ',') from e;
select listagg(s, ',' order by s) from t;
select first_value(i order by i), last_value(i order by i) from t;
select first_value(s order by b), last_value(s order by b) from t;
select first_value(i order by i desc), last_value(i order by i desc nulls first) from t;
select first_value(i) ignore nulls from (select * from t order by b);
select first_value(s order by b) ignore nulls from t;
select first_value(i order by b nulls first) ignore nulls from t;
select g, first_value(i order by b), last_value(i order by b) from t group by g;
select nth_value(i, 2 order by i), nth_value(i, 100 order by i) from t;
select nth_value(i, -1 order by i nulls first) from t;
select any_value(g) from (select 'q' as g);
select any_value(i) is not null from t where i is not null;
select grouping(g), g, count(*) from t group by g;
select count(*), sum(i), avg(i), min(i), max(i) from e;
select count(*), sum(f), min(s), stddev(f), median(i), bool_and(p), bit_or(i) from e;
select g, count(*) from e group by g;
select sum(i) from t where i is null;
select count(i) from t where i is null;
select g, sum(i) as s from t group by g having sum(i) > 3;
select g from t group by g having count(*) > 1 order by g;
select g, count(*) from t group by g having max(i) is null;
select sum(i) from t having count(*) > 100;
select sum(i) from t having count(*) > 1;
select count(*) as n from t having n > 1;
select g, avg(i) as m from t group by g having m > 1.5 order by m;
select g || '!' as x, count(*) from t group by g || '!';
select i % 2, count(*) from t group by i % 2;
select i % 2 as m, sum(b) from t group by m order by m;
select i + 1, count(*) from t group by i;
select i + 1 + count(*) from t group by i + 1;
select count(*) + 1, count(*) * 2 from t;
select sum(i + b), sum(i) + sum(b) from t;
select sum(case when i > 2 then 1 else 0 end) from t;
select avg(case when p then f end) from t;
select max(i) - min(i) as spread from t;
select sum(i) / count(*) , sum(f) / count(*) from t;
select 1, 'x', count(*) from t;
select distinct count(*) from t group by g;
select distinct g, count(*) over () from t;
select count(*) from (select distinct i from t);
select count(*) from (select i from t group by i);
select max(n) from (select g, count(*) as n from t group by g);
select g, max(i) from t group by 1 order by 1;
select i, g, count(*) from t group by 2, 1 order by 2, 1;
select g, i, sum(b) from t group by all order by g, i;
select g, sum(b) from t group by all;
select count(*) from t group by g order by count(*) desc, max(i);
select g from t group by g order by sum(i) desc nulls last, g;
select g, count(*) from t where i > 1 group by g;
select min(length(s)) from t;
select max(length(s)) from t;
select min(i) from t group by g order by 1;
select sum(1), sum(2.5), sum(null::int) from t;
select avg(1), min('x'), max(true) from t;
select count(*), count(1), count(true), count('a'), count(null) from t;
select count() from t;
select sum(i), sum(i) as s2 from t;
select mean(i) from t;
select mean(f) from t;
select min(arrow_cast(i, 'UInt8')), sum(arrow_cast(i, 'UInt8')), avg(arrow_cast(i, 'UInt8')) from t;
select sum(arrow_cast(i, 'Int8')), sum(arrow_cast(f, 'Float32')), avg(arrow_cast(f, 'Float32')) from t;
select arrow_typeof(sum(arrow_cast(i, 'UInt8'))), arrow_typeof(sum(arrow_cast(f, 'Float32'))), arrow_typeof(min(arrow_cast(i, 'Int16'))) from t;
select min(interval '1 day') from t;
select max(date '2020-01-01') from t;
select sum(interval '1 day') from t;
select min(ts), max(ts) from (values (timestamp '2020-01-01 00:00:00'), (timestamp '2021-01-01 12:00:00')) v(ts);
select avg(d1) from (values (interval '1 hour'), (interval '3 hours')) v(d1);
select min([i, b]), max([i, b]) from t;
-- differs: of structs with NULLs inside the peer's answer depends on the rows' order
select max(struct(i, s)) from t;
select count(distinct p), count(distinct dt), count(distinct d) from t;
select corr(f, f), corr(i, 1) from t;
select stddev(x) from (values (1.0)) v(x);
select var_samp(x) from (values (1.0)) v(x);
select stddev_pop(x) from (values (1.0)) v(x);
select var_pop(x) from (values (1.0)) v(x);
select covar_samp(x, y), corr(x, y) from (values (1.0, 2.0)) v(x, y);
select max(x), min(x), sum(x), avg(x) from (values (1.0), ('nan'::double), (2.0)) v(x);
select x, count(*) from (values (0.0), (-0.0), ('nan'::double), ('nan'::double)) v(x) group by x;
select count(distinct x) from (values (0.0), (-0.0), ('nan'::double), ('nan'::double)) v(x);
select sum(x) from (values ('inf'::double), ('-inf'::double)) v(x);
select sum(x) from (values (99999999.99::decimal(10,2)), (0.01::decimal(10,2))) v(x);
select avg(x) from (values (1.00::decimal(5,2)), (2.00::decimal(5,2)), (2.00::decimal(5,2))) v(x);
-- differs: overflow of sum is an error here
select sum(x) from (values (9223372036854775807), (1)) v(x);
select sum(distinct x) filter (where x > 1) from (values (1), (2), (2), (3)) v(x);
-- error
select sum(s) from t;
-- error
select avg(s) from t;
-- error
select sum(p) from t;
-- error
select g, i from t group by g;
-- error
select g, sum(i) from t;
-- error
select i from t having count(*) > 1;
-- error
select sum(sum(i)) from t;
select count(distinct i, b) from t;
-- error
select sum(i, b) from t;
-- error
select grouping(i) from t group by g;
-- error
select g from t group by 5;
-- error
select g from t group by 0;
-- error
select percentile_cont(2) within group (order by i) from t;
-- error
select nosuchagg(i) from t;
-- error
select string_agg(s) from t;
select g, count(*) from t group by g having g = 'a';
select g, count(*) from t group by g having g is null;
select sum(i) filter (where p) over () from t where i = 1;
select t.g, count(t.*) from t group by t.g;
select count(*) as "count(*)" from t;
select max(t.i) as m from t as t group by t.p order by m;
select bool_and(i > 0), bool_or(i > 4), bool_and(null) from t;
select g, array_agg(distinct s order by s) from t group by g order by g;
select array_agg(array[i, b] order by i) from t where i is not null;
select array_agg({'i': i} order by i) from t where i < 3;
select length(string_agg(s, '')) from t;
select count(*) from t t1 join t t2 on t1.i = t2.i;
select g, sum(b) as sb, sum(b) * 100.0 / (select sum(b) from t) as pct from t group by g order by g;
select extract(year from dt) as y, count(*) from t group by extract(year from dt) order by y;
select date_trunc('month', dt) as m, count(*) from t group by 1 order by 1;
-- differs: the peer has no empty tuple
select count(*) from t group by ();
-- differs: the peer has no empty tuple
select count(*) from e group by ();
select round(avg(f), 2), round(stddev(f), 4) from t;
select cast(avg(i) as decimal(10,3)), cast(sum(f) as bigint) from t;
select coalesce(sum(i), 0) from e;
select nullif(count(*), 0) from e;
select sum(i) is null, count(*) = 0 from e;
select max(b) over (), max(b) from t group by b order by 2;
select first_value(g order by b) from t group by p order by 1;
select p, first_value(i order by b desc), last_value(i order by b desc), nth_value(i, 2 order by b desc) from t group by p order by p;
select last_value(i order by b) ignore nulls from t;
-- differs: the peer rewrites the subscript of array_agg and shows that
select array_agg(s order by s nulls first)[1] from t;
select array_agg(s order by s)[1:2] from t;
select unnest(array_agg(distinct g order by g)) from t;
select kurtosis_pop(f) from t;
select approx_top_k(i, 2) from t;
select var_pop(distinct i), stddev_pop(distinct i) from t;
select corr(b, f) filter (where i is not null) from t;
select sum(i) within_group from t;
