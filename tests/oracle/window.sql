-- Window functions, frames, named windows, QUALIFY.
-- setup
create table w as select cast(id as int) as id, cast(g as varchar) as g, cast(v as int) as v, cast(f as double) as f, cast(d as date) as d from (values (1, 'a', 10, 1.5, '2020-01-01'), (2, 'a', 20, 2.5, '2020-01-02'), (3, 'a', 20, null, '2020-01-05'), (4, 'b', null, 0.5, '2020-02-01'), (5, 'b', 5, -1.0, '2020-02-01'), (6, null, 7, 3.0, null), (7, 'b', 15, 2.0, '2020-03-15'), (8, 'a', 30, 1.0, '2020-01-31')) x(id, g, v, f, d);
-- statements
select id, row_number() over (order by id) from w order by id;
select id, row_number() over (partition by g order by id) as rn from w order by id;
select id, rank() over (order by v), dense_rank() over (order by v) from w order by id;
select id, rank() over (partition by g order by v desc) as r from w order by id;
select id, percent_rank() over (order by v), cume_dist() over (order by v) from w order by id;
select id, percent_rank() over (partition by g order by v) as p, cume_dist() over (partition by g order by v) as c from w order by id;
select id, ntile(3) over (order by id) from w order by id;
select id, ntile(2) over (partition by g order by id) as n from w order by id;
select id, ntile(20) over (order by id) from w order by id;
select id, lag(v) over (order by id), lead(v) over (order by id) from w order by id;
select id, lag(v, 2) over (order by id), lead(v, 2) over (order by id) from w order by id;
select id, lag(v, 1, -1) over (order by id), lead(v, 1, -1) over (order by id) from w order by id;
select id, lag(v, 0) over (order by id), lag(v, -1) over (order by id) from w order by id;
select id, lag(v) over (partition by g order by id), lag(g) over (order by id) from w order by id;
select id, lag(v) ignore nulls over (order by id), lead(v) ignore nulls over (order by id) from w order by id;
select id, lag(v + 1, 1, 0) over (order by id) from w order by id;
select id, first_value(v) over (order by id), last_value(v) over (order by id), nth_value(v, 2) over (order by id) from w order by id;
select id, first_value(v) over (partition by g order by id), last_value(v) over (partition by g order by id) from w order by id;
select id, last_value(v) over (order by id rows between unbounded preceding and unbounded following) as l from w order by id;
select id, first_value(v) ignore nulls over (partition by g order by id) as f, last_value(v) ignore nulls over (partition by g order by id) as l from w order by id;
select id, nth_value(v, 1) over (partition by g order by id) as a, nth_value(v, 3) over (partition by g order by id) as b from w order by id;
select id, nth_value(v, 2) ignore nulls over (order by id) as n from w order by id;
select id, sum(v) over () from w order by id;
select id, sum(v) over (order by id) from w order by id;
select id, sum(v) over (partition by g) from w order by id;
select id, sum(v) over (partition by g order by id) as s, avg(v) over (partition by g order by id) as a from w order by id;
select id, count(*) over (), count(v) over (), count(v) over (order by id) from w order by id;
select id, min(v) over (order by id), max(v) over (order by id) from w order by id;
select id, min(v) over (partition by g), max(f) over (partition by g) from w order by id;
select id, sum(f) over (order by v) from w order by id;
select id, sum(v) over (order by g) from w order by id;
select id, sum(v) over (order by g nulls first) from w order by id;
select id, sum(v) over (order by g desc) as s from w order by id;
select id, sum(v) over (order by id rows between 1 preceding and 1 following) as s from w order by id;
select id, sum(v) over (order by id rows between 2 preceding and current row) as s from w order by id;
select id, sum(v) over (order by id rows between current row and 2 following) as s from w order by id;
select id, sum(v) over (order by id rows between current row and unbounded following) as s from w order by id;
select id, sum(v) over (order by id rows between unbounded preceding and 1 preceding) as s from w order by id;
select id, sum(v) over (order by id rows between 1 following and 2 following) as s from w order by id;
select id, sum(v) over (order by id rows between 3 preceding and 2 preceding) as s from w order by id;
select id, sum(v) over (order by id rows 2 preceding) as s from w order by id;
select id, sum(v) over (order by id rows unbounded preceding) as s from w order by id;
select id, count(*) over (partition by g order by id rows between 1 preceding and 1 following) as c from w order by id;
select id, avg(f) over (order by id rows between 1 preceding and 1 following) as a, stddev(f) over (order by id rows between 2 preceding and current row) as s from w order by id;
select id, min(v) over (order by id rows between 2 preceding and current row) as a, max(v) over (order by id rows between 1 preceding and 1 following) as b from w order by id;
select id, sum(v) over (order by v range between 5 preceding and 5 following) as s from w order by id;
select id, sum(v) over (order by v range between unbounded preceding and current row) as s from w order by id;
select id, sum(v) over (order by v range between current row and unbounded following) as s from w order by id;
select id, count(*) over (order by v desc range between 5 preceding and current row) as c from w order by id;
select id, count(*) over (order by f range between 0.5 preceding and 0.5 following) as c from w order by id;
select id, count(*) over (order by d range between interval '3 days' preceding and current row) as c from w order by id;
select id, count(*) over (order by d range between interval '1 month' preceding and interval '1 day' following) as c from w order by id;
select id, sum(v) over (order by id range between 1 preceding and 1 following) as s from w order by id;
select id, sum(v) over (order by v groups between 1 preceding and current row) as s from w order by id;
select id, count(*) over (order by g groups between 1 preceding and 1 following) as s from w order by id;
select id, count(*) over (order by v groups between unbounded preceding and 1 preceding) as s from w order by id;
select id, sum(v) over win from w window win as (order by id) order by id;
select id, sum(v) over win as s, count(*) over win as c from w window win as (partition by g order by id) order by id;
select id, sum(v) over (win rows between 1 preceding and current row) as s from w window win as (order by id) order by id;
-- duckdb: the peer forgets the base window's PARTITION BY
select id, sum(v) over (win order by id) as s from w window win as (partition by g) order by id;
select id, rank() over a as ra, rank() over b as rb from w window a as (order by v), b as (order by f) order by id;
select id, v from w qualify row_number() over (partition by g order by id) = 1 order by id;
select id, rank() over (order by v desc) as r from w qualify r <= 2 order by id;
select id from w where v > 5 qualify row_number() over (order by v) <= 2;
select g, count(*) as c from w group by g qualify rank() over (order by count(*) desc) = 1;
select id, row_number() over (order by id) as rn from w qualify rn % 2 = 0;
select * from (select id, row_number() over (partition by g order by v) as rn from w) where rn = 1 order by id;
select id, sum(v) filter (where v > 10) over (order by id) as s from w order by id;
select id, count(*) filter (where g = 'a') over () as s from w order by id;
select id, count(distinct v) over (partition by g) as c from w order by id;
select id, sum(distinct v) over () as c from w order by id;
select id, array_agg(v) over (order by id rows between 1 preceding and current row) as a from w order by id;
select id, string_agg(g, ',') over (order by id) as a from w order by id;
select id, median(v) over (partition by g) as m from w order by id;
select id, bool_and(v > 5) over (partition by g) as m, bit_or(v) over (order by id) as b from w order by id;
select id, var_pop(v) over (partition by g) as m, corr(v, f) over () as c from w order by id;
select id, covar_pop(v, f) over (order by id) as c, regr_slope(v, f) over (order by id) as r from w order by id;
select id, approx_distinct(v) over () as a from w order by id;
select id, first_value(v) over (partition by g order by f desc nulls last, id) as x from w order by id;
select id, v - lag(v) over (order by id) as diff from w order by id;
select id, v * 100.0 / sum(v) over () as pct from w order by id;
select id, sum(v) over (order by id) - v as before from w order by id;
select id, case when row_number() over (order by id) = 1 then 'first' else 'other' end as k from w order by id;
select id, coalesce(lag(v) over (order by id), 0) as p from w order by id;
select id, sum(sum(v)) over () as t from w group by id order by id;
select g, sum(v), sum(sum(v)) over (order by g) from w group by g order by g;
-- differs: the peer refuses a position that is a window
select g, count(*), row_number() over (order by count(*) desc, g) from w group by g order by 3;
select g, max(v) - lag(max(v)) over (order by g) as d from w group by g order by g;
select id, row_number() over () from w order by id limit 0;
select count(*) from (select row_number() over () as r from w);
select max(r) from (select row_number() over (partition by g) as r from w);
select id, rank() over (order by g, v) as r from w order by id;
select id, rank() over (order by g desc, v nulls first) as r from w order by id;
select id, dense_rank() over (partition by g is null order by v % 10) as r from w order by id;
select id, row_number() over (order by v + id, id) as r, row_number() over (order by -id) as q from w order by id;
select id, sum(id) over (partition by v % 2 order by id) as s from w order by id;
select distinct sum(v) over (partition by g) from w order by 1;
select id, lag(d) over (order by id), lead(d, 1, date '2000-01-01') over (order by id) from w order by id;
select id, d - lag(d) over (order by d) as gap from w order by id;
select id, max(d) over (partition by g), min(d) over () from w order by id;
select id, row_number() over (order by id) + rank() over (order by id) as x from w order by id;
select id, sum(v) over (order by id), sum(v) over (order by id desc) from w order by id;
select id from w order by row_number() over (order by v desc, id);
select id from w order by sum(v) over (partition by g), id;
select arrow_typeof(row_number() over (order by id)), arrow_typeof(rank() over (order by id)), arrow_typeof(percent_rank() over (order by id)), arrow_typeof(ntile(2) over (order by id)), arrow_typeof(lag(v) over (order by id)), arrow_typeof(sum(v) over ()), arrow_typeof(count(*) over ()) from w limit 1;
select id, row_number() over (order by id) from w where false;
select sum(v) over () from w where false;
select a.id, row_number() over (order by a.id) from w a join w b on a.id = b.id + 1 order by a.id;
with c as (select id, row_number() over (order by id desc) as rn from w) select * from c where rn < 3 order by rn;
select id, first_value(id) over (order by v rows between 1 preceding and 1 following) as f from w order by v, id;
select id, nth_value(id, 2) over (order by id rows between 1 preceding and 1 following) as n from w order by id;
select id, last_value(id) over (order by v nulls first rows between current row and 1 following) as l from w order by v nulls first, id;
select id, sum(v) over (partition by g order by id rows between unbounded preceding and unbounded following) as s from w order by id;
select id, avg(f) over (partition by g order by id) from w order by id;
select id, count(*) over (order by id rows between 0 preceding and 0 following) from w order by id;
select id, lead(v, 1) over (partition by g order by id desc) as x from w order by id;
select id, sum(1) over (order by id), sum(1.5) over (order by id) from w order by id;
select id, max(g) over (order by id), min(g) over (order by id rows between 1 preceding and current row) from w order by id;
select id, sum(v) over (order by 1) as s from w order by id;
select id, rank() over () as r from w order by id;
select id, rank() over (partition by g) as r, dense_rank() over (partition by g) as d from w order by id;
select id, any_value(v) over (order by id) from w order by id;
select id, array_agg(v) ignore nulls over (order by id) as a from w order by id;
-- error
select row_number() from w;
-- error
select id from w where row_number() over (order by id) = 1;
-- error
select g from w group by row_number() over (order by id);
-- error
select sum(row_number() over (order by id)) from w;
-- error
select rank(v) over (order by id) from w;
-- error
select ntile(0) over (order by id) from w;
-- error
select ntile() over (order by id) from w;
-- error
select lag() over (order by id) from w;
-- error
select sum(v) over nowin from w;
select sum(v) over (order by id rows between current row and 1 preceding) from w;
-- error
select sum(v) over (order by id rows between unbounded following and current row) from w;
-- differs: RANGE with an offset over text is an error
select sum(v) over (order by g range between 1 preceding and current row) from w;
-- error
select sum(v) over (rows between -1 preceding and current row) from w;
-- differs: OVER after a scalar function is an error
select upper(g) over () from w;
-- error
select nosuch() over () from w;
select id from w qualify v > 1;
