-- Texts of errors that users see, and refusals.
-- setup
create table t as select 1 as a, 'x' as s, true as p, date '2020-01-01' as d;
create table u as select 1 as a, 2 as b;
-- statements
-- error: table 'datafusion.public.missing' not found
select * from missing;
-- error: table 'datafusion.sch.missing' not found
select * from sch.missing;
-- error: No field named nope
select nope from t;
-- error: Valid fields are t.a, t.s, t.p, t.d
select nope from t;
-- error: Did you mean 't.a'
select t.aa from t;
-- error: Ambiguous reference to unqualified field a
select a from t, u;
-- error: Invalid function 'foo'
select foo(1);
-- error: Did you mean 'upper'
select uper('a');
-- error: Divide by zero
select 1 / 0;
-- error: Divide by zero
select a / 0 from t;
-- error: Cannot cast string 'x' to value of Int32 type
select cast('x' as int);
-- error: Cannot cast string 'x' to value of Int64 type
select a = s from t;
-- error: Can't cast value 1000 to type Int8
select cast(1000 as tinyint);
-- error: Projections require unique expression names
select 1, 1;
-- error: Cannot create filter with non-boolean predicate
select * from t where a;
-- error: Cannot coerce arithmetic expression
select s + 1 from t where s || 'a' + 'b' is null;
-- error: Cannot infer common argument type for comparison operation
select p = 1 from t;
-- error: Cannot infer common argument type for comparison operation
select p = d from t;
-- error: must be in GROUP BY or an aggregate function
select a, count(*) from t;
-- error: must be in GROUP BY or an aggregate function
select s, sum(a) from t group by p;
-- error: Scalar subquery returned more than one row
select (select a from (values (1), (2)) v(a));
-- error: Too many columns
select (select 1, 2);
-- error: different number of columns
select * from (select 1 union all select 1, 2);
-- error: UNION
select 1 union all select 1, 2;
-- error: already exists
create table t as select 1;
-- error: Unsupported SQL statement
begin;
-- error: ParserError
select * frm t;
-- error: Line: 1
selekt 1;
-- error: Expected
select (1;
-- error: end of statement
select 1 1;
-- error
select * from t limit -1;
-- error: Invalid function
select sum1(a) from t;
-- error: WITHIN GROUP
select percentile_cont(0.5, a) within group (order by a) from t;
-- error
select row_number() from t;
-- error: window
select row_number() over w from t;
-- error: Config value
set datafusion.no.such = 1;
-- error: Table 'missing' doesn't exist
drop table missing;
-- error: doesn't exist
drop view missing;
-- error
select array_append();
-- error: No function matches the given name and argument types 'abs(Utf8)'
select abs('a');
-- error: Function 'upper' expects 1 arguments but received 2. No function matches
select upper(1, 2);
-- error: sum
select sum(s) from t;
-- error
select date '2020-99-01';
-- error: garbage
select timestamp 'garbage';
-- error: interval
select interval 'garbage';
-- error: timezone
select timestamp '2020-01-01 00:00:00' at time zone 'No/Where';
-- error: square root
select sqrt(-1);
-- error
select regexp_like('a', '(');
-- error: unsupported
select a from t for update of nothing;
-- error
select lag(a) from t;
-- error
create table x (a nosuchtype);
-- error
insert into t values (1);
-- error: No field named
update t set zz = 1;
-- error
delete from missing;
-- error
with a as (select 1) select * from b;
-- error: DISTINCT ON
select distinct on (a) a from t order by s;
-- error
select * from t order by 9;
-- error
select * from t group by 9;
-- error
select 'a' like 1.5;
-- error
select unnest(1);
-- error
select * from t join u using (nope);
-- error
select * from t natural join;
-- error
values (1), (1, 2);
-- error
select case end;
-- error
select cast(1);
-- error
select 1 in ();
-- error
select not;
-- error
select 1 between 2;
-- error
select extract(nope from d) from t;
-- error
select substring();
-- error
select count(distinct) from t;
-- error
select * from (select 1;
-- error
select "unterminated;
