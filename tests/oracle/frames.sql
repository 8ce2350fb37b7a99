-- Windows: functions, frames, errors.
create table w(id int, g varchar, v int, f double, d date, s varchar) as values (1,'a',10,1.5,date '2020-01-01','x'),(2,'a',20,2.5,date '2020-01-03','y'),(3,'a',20,null,date '2020-01-04','z'),(4,'b',5,0.5,date '2020-02-01',null),(5,'b',null,4.5,null,'x'),(6,'b',15,3.5,date '2020-02-10','y'),(7,null,1,1.0,date '2021-01-01','w');
select id, row_number() over (order by id), rank() over (order by v), dense_rank() over (order by v), percent_rank() over (order by v), cume_dist() over (order by v), ntile(3) over (order by id) from w order by id;
select id, row_number() over (partition by g order by v desc, id), rank() over (partition by g order by v), sum(v) over (partition by g), sum(v) over (partition by g order by id) from w order by id;
select id, lag(v) over (order by id), lag(v, 2) over (order by id), lag(v, 1, -1) over (order by id), lead(v) over (order by id), lead(v, 2, 0) over (order by id), lag(v, 0) over (order by id), lag(v, -1) over (order by id) from w order by id;
select id, lag(v) ignore nulls over (order by id), lead(v) ignore nulls over (order by id), lag(s, 2) ignore nulls over (order by id), lag(v) respect nulls over (order by id), lag(v ignore nulls) over (order by id) from w order by id;
select id, lag(s, 1, 'none') over (partition by g order by id), lead(d) over (order by id), lag(f, 1, 0) over (order by id) from w order by id;
select id, first_value(v) over (order by id), last_value(v) over (order by id), nth_value(v, 2) over (order by id), first_value(v) over (partition by g order by id desc), last_value(v) over (partition by g) from w order by id;
select id, first_value(v) ignore nulls over (order by id desc), last_value(v) ignore nulls over (order by id), nth_value(s, 2) ignore nulls over (order by id), nth_value(v, -1) over (order by id) from w order by id;
select id, sum(v) over (order by id rows between 1 preceding and 1 following), avg(f) over (order by id rows between 2 preceding and current row), count(*) over (order by id rows between unbounded preceding and 1 preceding), min(v) over (order by id rows between current row and unbounded following), max(v) over (order by id rows between 1 following and 2 following) from w order by id;
select id, sum(v) over (order by id rows 2 preceding), sum(v) over (order by id rows unbounded preceding), sum(v) over (order by id rows current row), count(v) over (order by id rows between 2 following and 1 following) from w order by id;
select id, sum(v) over (order by v range between 5 preceding and 5 following), count(*) over (order by v range between 10 preceding and current row), sum(v) over (order by v desc range between 5 preceding and 5 following), sum(f) over (order by f range between 1 preceding and 0.5 following) from w order by id;
select id, count(*) over (order by d range between interval '1 day' preceding and interval '1 month' following), sum(v) over (order by d range between interval '2 days' preceding and current row), count(*) over (order by d desc range interval '10 days' preceding) from w order by id;
select id, sum(v) over (order by v groups between 1 preceding and 1 following), count(*) over (order by v groups current row), sum(v) over (order by v groups between unbounded preceding and 1 preceding), count(*) over (order by g groups between 1 following and 2 following) from w order by id;
select id, sum(v) over (order by v range between unbounded preceding and current row), sum(v) over (order by v rows between unbounded preceding and current row), sum(v) over (), sum(v) over (order by null) from w order by id, 3;
select id, sum(v) filter (where v > 5) over (order by id), count(*) filter (where g = 'a') over (), avg(v) filter (where id % 2 = 0) over (partition by g) from w order by id;
select id, count(distinct v) over (), sum(distinct v) over (partition by g), count(distinct v) over (order by id), array_agg(v) over (order by id), array_agg(v) over (partition by g order by id rows between 1 preceding and current row) from w order by id;
select id, string_agg(s, ',') over (order by id), median(v) over (partition by g), stddev(v) over (order by id), var_pop(f) over (order by id), corr(v, f) over (), covar_samp(v, f) over (order by id), bit_and(v) over (order by id), bool_or(v > 10) over (order by id) from w order by id;
select id, approx_distinct(v) over (), approx_median(v) over (), regr_slope(v, f) over (), percentile_cont(v, 0.5) over (partition by g) from w order by id;
select id, sum(v) over win, rank() over win from w window win as (partition by g order by v) order by id;
-- differs: the peer loses the named window's PARTITION BY
select id, sum(v) over (win order by id), count(*) over win from w window win as (partition by g) order by id;
-- differs: only the column's name: what the frame was refined from is shown
select id, sum(v) over (win rows 1 preceding) from w window win as (order by id) order by id;
select id, sum(v) over nope from w;
-- differs: only the column's name: what the frame was refined from is shown
select id, sum(v) over w1, sum(v) over w2 from w window w1 as (order by id), w2 as (w1 rows between 1 preceding and current row) order by id;
select g, sum(v), rank() over (order by sum(v) desc) from w group by g order by 1;
select g, sum(sum(v)) over (order by g) from w group by g order by 1;
select g, v, sum(v) over (partition by g order by v) / sum(v) over (partition by g) as r from w order by g, v;
select id, v - lag(v) over (order by id) d from w order by d nulls first, id;
select * from (select id, row_number() over (partition by g order by v desc nulls last, id) rn from w) where rn = 1 order by id;
select id from w where row_number() over (order by id) = 1;
select id, row_number() over () from w order by id;
select id, row_number() over (order by g, v) + 1 from w order by id;
select sum(v) over (order by id), sum(v) over (order by id desc) from w order by 1, 2;
select id, rank() over (order by g nulls first), rank() over (order by g desc), rank() over (order by g desc nulls last) from w order by id;
select id, ntile(2) over (partition by g order by id), ntile(10) over (order by id), ntile(1) over (order by id) from w order by id;
select ntile(0) over (order by id) from w;
select ntile(-1) over (order by id) from w;
select ntile(null) over (order by id) from w;
select nth_value(v, 0) over (order by id) from w;
select nth_value(v) over (order by id) from w;
select rank() from w;
select rank(v) over (order by v) from w;
select row_number(1) over () from w;
select lag() over () from w;
-- differs: OVER after a scalar function is an error
select abs(v) over () from w;
select sum(v) over (order by id rows between 1 following and 1 preceding) from w;
select sum(v) over (order by id rows between unbounded following and current row) from w;
select sum(v) over (order by id rows between -1 preceding and current row) from w;
-- differs: RANGE with an offset over text is an error
select sum(v) over (order by g range between 1 preceding and current row) from w;
select sum(v) over (order by g, id range between 1 preceding and current row) from w;
select sum(v) over (range between 1 preceding and current row) from w;
select sum(v) over (order by id rows between '1' preceding and current row) from w;
-- differs: the peer refuses this
select sum(v) over (order by id rows between 1 + 1 preceding and current row) from w order by 1;
select sum(v) over (groups between 1 preceding and current row) from w;
-- differs: the peer refuses this
select id, sum(v) over (order by id rows between 1 preceding and 1 following exclude current row) from w order by id;
select sum(sum(v) over ()) over () from w;
select sum(row_number() over ()) from w;
select id, case when row_number() over (order by id) > 3 then 'hi' else 'lo' end from w order by id;
select id, sum(v) over (partition by case when g = 'a' then 1 else 2 end order by id) from w order by id;
select id, sum(v) over (partition by g, v % 2 order by id) from w order by id;
select id, first_value(id) over (partition by g order by v nulls first), last_value(id) over (partition by g order by v rows between unbounded preceding and unbounded following) from w order by id;
select id, max(s) over (order by id), min(s) over (order by id desc), max(d) over (order by id), min(f) over (order by id rows between 1 preceding and 1 following) from w order by id;
select id, avg(v) over (order by id rows between 1 preceding and 1 following), avg(v::decimal(10,2)) over (order by id), sum(f) over (order by id rows between 1 preceding and current row) from w order by id;
select distinct g, count(*) over (partition by g) from w order by 1;
select id, count(*) over (partition by g) c from w order by c desc, id limit 3;
select arrow_typeof(row_number() over ()), arrow_typeof(rank() over (order by id)), arrow_typeof(ntile(2) over ()), arrow_typeof(percent_rank() over (order by id)), arrow_typeof(lag(v) over ()), arrow_typeof(sum(v) over ()), arrow_typeof(avg(v) over ()), arrow_typeof(count(*) over ()) from w limit 1;
-- differs: the peer refuses this
select id, lag(v, id) over (order by id) from w;
select id, lead(v, null) over (order by id) from w;
select id, lag(v, 1, 'x') over (order by id) from w;
select id, lag(v, 1, null) over (order by id) from w order by id;
select id, nth_value(v, 2) over (order by id rows between 1 preceding and 1 following), first_value(v) over (order by id rows between 1 following and 2 following) from w order by id;
select id, sum(v) over (order by id) as running from w qualify running > 30 order by id;
select g, id from w qualify rank() over (partition by g order by id desc) = 1 order by id;
with c as (select id, sum(v) over (order by id) s from w) select max(s) from c;
select id, sum(1) over (order by v), count(1) over (order by v), sum(id) over (order by v, id) from w order by id;
select a.id, sum(b.v) over (partition by a.g order by a.id, b.id) from w a join w b on a.g = b.g order by 1, 2;
select id, sum(v) over (order by d range between unbounded preceding and interval '5 days' following) from w order by id;
select id, count(*) over (order by d::timestamp range between '2 days' preceding and '1 day' following) from w order by id;
-- differs: the peer refuses this
select id, count(*) over (order by v range between 5.5 preceding and current row) from w order by id;
select id, first_value(v) over (order by v rows between 2 preceding and 1 preceding) x, last_value(v) over (order by v, id rows between current row and 1 following) y from w order by id;
select id, rank() over (partition by g order by v), dense_rank() over (partition by g order by v), percent_rank() over (partition by g order by v), cume_dist() over (partition by g order by v) from w order by id;
select count(*) over (), sum(v) over () from w where false;
select max(rn) from (select row_number() over (partition by g) rn from w);
select id, array_agg(id) over (order by v groups between current row and 1 following) from w order by id;
select id, array_agg(s) filter (where s is not null) over (order by id) from w order by id;
select id, sum(v) over (partition by g order by id range between unbounded preceding and unbounded following) from w order by id;
-- differs: the peer refuses this
select sum(v) over (partition by g order by d) as s1, first_value(v order by id) over (partition by g) from w order by 1, 2;
select id, any_value(v) over (order by id) from w order by id;
select id, grouping(g) over () from w;
