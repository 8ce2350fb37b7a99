-- SELECT lists, aliases, stars, FROM forms, WHERE, DISTINCT.
-- setup
create table t as select cast(a as int) as a, cast(b as bigint) as b, s, f, p from (values
  (1, 10, 'one', 1.5, true), (2, 20, 'two', -2.25, false), (3, null, 'three', 0.0, null), (null, 40, null, null, true),
  (5, 50, 'five', 1e10, false), (5, 50, 'five', 1e10, false), (-7, -70, '', 0.125, true)) as v(a, b, s, f, p);
create table u as select cast(k as int) as k, n from (values (1, 'x'), (2, 'y'), (5, 'z'), (9, null)) as v(k, n);
-- statements
select 1;
select 1 as one, 2 as two;
select 1 one, 'a' "Two Words";
select 'it''s', '', 'ä€𝄞';
select 1, 2.5, 1e3, .5, 5., true, null;
select -1;
select - -1;
select +1;
-- differs: a number's sign is part of it through parentheses too
select -(-(1));
select *  from t;
select t.* from t;
select t.*, a + 1 as a1 from t;
select a, * exclude (a) from t where a > 1;
select * exclude (s, f) from t;
select * except (p) from t;
select * replace (a * 2 as a) from t;
select * exclude s from t where b is not null;
select * replace (upper(s) as s, f + 1 as f) from t;
select x.a from t as x;
select x.a from t x where x.a = 5;
select x.c1, x.c2 from t as x(c1, c2, c3, c4, c5);
select a, b from t where a > 1;
select a, b from t where a > 1 and b < 50;
select a, b from t where a > 1 or b < 50;
select a from t where not a > 1;
select a from t where p;
select a from t where not p;
select a from t where p is null;
select a from t where p = true;
select a from t where true;
select a from t where false;
select a from t where null;
select a from t where 1 = 1 and 2 > 1;
select a from t where a = a;
select a from t where a <> 5;
select a from t where a != 5;
select a from t where a == 5;
select distinct a from t;
select distinct a, b from t;
select distinct p from t;
select distinct 1 from t;
select distinct s, length(s) as n from t order by n nulls first, s;
select all a from t;
select count(*) from t;
select count(*), count(a), count(distinct a) from t;
select a as x, b as y from t where a in (1, 2);
select a + b, a - b, a * b from t;
select a + b as c from (select a, b, a * 2 as c from t);
select c from (select a, b, a * 2 as c from t);
select * from (select a, b from t where a > 2);
select * from (select a, b from t where a > 2) q where q.b > 1;
select q.x from (select a as x from t) as q;
select q.x from (select a from t) as q(x);
select * from (select 1 as a union all select 2) q;
select (select 1) as one, (select max(a) from t) as m;
select 1 from t limit 2;
select t.a, u.n from t, u where t.a = u.k;
select t.a, u.n from t cross join u where t.a = 1;
select a, n from t join u on a = k;
select "a" from "t";
select "t"."a" from t where "t"."b" = 10;
select A, T.B from T where T.A = 1;
select datafusion.public.t.a from datafusion.public.t where a = 1;
select public.t.a from public.t where a = 1;
select a from public.t where t.a = 2;
select (a) from t where (((a))) = 1;
select ((a + 1) * 2) from t where a = 1;
from t select a where a = 1;
-- duckdb: FROM without SELECT is SELECT *
from t;
-- duckdb: FROM without SELECT is SELECT *
from t where a = 1;
select a from t where a = 1 and b = 10 and s = 'one';
select a as "select" from t where a = 1;
select a as b, b as a from t where a = 1;
select a "A" from t where a = 1;
select s || '-' || a from t;
select concat(s, '-', a) from t;
select a is null, b is not null from t;
select a is true from (select p as a from t);
select case when a > 2 then 'big' when a > 0 then 'small' else 'none' end from t;
select a from t;
select a % 3 from t;
select -a from t;
select +a from t;
select 1 where 1 = 1;
select 1 where 1 = 2;
select 'x' as s where 'a' < 'b';
select count(*) where false;
select 1 as a, 2 as b, 3 as c order by a;
select * from (values (1, 'a'), (2, 'b')) as v(x, y);
select * from (values (1, 'a'), (2, 'b'));
values (1, 2), (3, 4);
values (1, 'a', null), (2, null, 2.5);
values (1), (2.5), (null);
values ('a'), ('b') order by column1 desc;
select column1 + 1 from (values (1), (2));
select sum(column1) from (values (1), (2), (null));
select * from t where a = (select max(a) from t);
select a from t where a > (select avg(a) from t);
select t.a from t where exists (select 1 from u where u.k = t.a);
select 0x1F, 0xff;
select X'61', x'00ff';
select $$dollar 'quoted'$$;
select E'a\nb', E'tab\t', E'q\'q';
select 'a\nb';
select 1::bigint, '2'::int, 3.7::int;
select cast('2020-01-01' as date);
select date '2020-01-01';
select true and false, true or null, not null;
select 1 between 0 and 2, 5 not between 1 and 3;
select 1 in (1, 2), 3 in (1, 2), 3 not in (1, 2), null in (1), 1 in (null, 1), 2 in (null, 1);
select 9223372036854775807, -9223372036854775808;
select 9223372036854775808;
select 18446744073709551615;
select 99999999999999999999;
select 1.0, 1.10, 123456789.123456789;
select 1e-5;
select 1e20;
select 1.5e300;
select 'a' 'b';
-- error
select 1 +;
-- error
select from t;
-- error
select a from;
-- error: table 'datafusion.public.nope' not found
select * from nope;
-- error: No field named
select zzz from t;
-- error: No field named
select t.zzz from t;
-- error: No field named
select x.a from t;
-- error: No field named
select t.a from t as x;
-- error: Projections require unique expression names
select a, a from t;
-- error: Projections require unique expression names
select a as x, b as x from t;
select a as x, a as y from t where a = 1;
-- error
select * from t where;
-- error
select a b c from t;
-- error
selec 1;
-- error: Ambiguous reference
select k from u as x, u as y;
-- error
select a from t where a;
-- error
select a from t where s;
-- error: Invalid function
select nosuchfunction(1);
-- error
select upper();
-- error
select upper('a', 'b');
-- error
select abs('a', 1);
-- error
select a from t where count(*) > 1;
-- error
select (select 1, 2);
-- error
select * exclude (zzz) from t;
select a /* comment */ from t -- trailing
where a = 1;
select a from t /* multi
line */ where a = 2;
select
  a
  ,
  b
from
  t
where
  a = 1;
select a from t where s = '' and p;
select 1 as "1", 2 as "a b", 3 as "ü";
select "1" + 1 from (select 1 as "1");
select t.a as "t.a" from t where a = 1;
select count(1), count(null), count('x') from t;
select s from t where s >= 'o';
select s from t where s is not distinct from null;
select a is distinct from b from t;
select a <=> null from t;
select a from t where a is distinct from 5;
select t1.a, t2.a from t t1, t t2 where t1.a = t2.a and t1.a < 3;
select nullif(a, 5) from t;
select coalesce(a, b, 0) from t;
select greatest(a, b), least(a, b) from t;
select a * 1.5, a / 2, a / 2.0, b % 7 from t;
select tbl.col from (select 1 as col) as tbl;
select * from (select * from (select * from t where a = 1));
select * from t as "T" where "T".a = 1;
select 1 as a from t group by a;
select min(s), max(s), min(f), max(f) from t;
select a, row_number() over (order by a, b) from t order by 2;
select top.a from t as top where top.a = 1;
-- differs: the peer has no FETCH FIRST
select a from t fetch first 1 rows only;
select a from t where a in (select k from u);
select a from t where a not in (select k from u where k is not null);
select sum(a) + sum(b) as total, sum(a) * 2 from t;
select interval '1' day, interval '1 month 2 days', interval '3' hour;
select extract(year from date '2021-03-04'), date_part('month', date '2021-03-04');
select position('b' in 'abc'), substring('hello' from 2 for 3), trim(both 'x' from 'xxaxx');
select overlay('abcdef' placing 'ZZ' from 2 for 3);
select ceil(1.2), floor(-1.2), round(2.5), round(-2.5), trunc(1.9), abs(-3);
select array[1, 2, 3], [1, 2], make_array('a', 'b');
select {'a': 1, 'b': 'x'};
select struct(1, 'x');
select named_struct('k', 2);
select map {'a': 1, 'b': 2};
select arrow_typeof(1), arrow_typeof(1.0), arrow_typeof('x'), arrow_typeof(null), arrow_typeof(true);
select * from generate_series(1, 3);
select * from range(0, 10, 3);
select value from range(3) where value > 0;
select * from range(5, 0, -2) order by 1;
select unnest([1, 2, 3]);
select current_schema is null from (select 1 as current_schema);
select count(*), count(s.*) from (values (1), (null)) as s(x);
select count(distinct s.*) from (values (1), (null)) as s(x);
select sum(x) over w from (values (1), (2)) as s(x) window w as (order by x), w as (order by x desc);
select count() from (values (1), (null)) as s(x);
select count() over (), count(*) over () from (values (1), (null)) as s(x);
set datafusion.sql_parser.support_varchar_with_length = false;
create table sized(a varchar(5));
create table not_sized(a varchar);
reset datafusion.sql_parser.support_varchar_with_length;
