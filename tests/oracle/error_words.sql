-- SPDX-FileCopyrightText: 2026 The Bowstring Authors
-- SPDX-License-Identifier: Apache-2.0

create table e(i int, s varchar, d date, f double, l bigint[]) as values (1,'x','2020-01-01',1.5,[1]),(0,'1','2020-01-02',0,[2]);
-- error: Arrow error: Divide by zero error
select 1/0;
-- error: Arrow error: Divide by zero error
select i/0 from e;
-- error: Arrow error: Divide by zero error
select 1/i from e;
-- error: Arrow error: Divide by zero error
select 1%i from e;
-- error: Arrow error: Divide by zero error
select 1.0::decimal(5,2)/0;
-- error: Arrow error: Cast error: Cannot cast string 'x' to value of Int32 type
select s::int from e;
-- error: Arrow error: Cast error: Cannot cast string 'x' to value of Int32 type
select 'x'::int;
-- error: Arrow error: Cast error: Cannot cast string 'x' to value of Date32 type
select 'x'::date;
-- error: Arrow error: Cast error: Cannot cast string 'x' to value of Date32 type
select s::date from e;
-- error: Arrow error: Parser error: Error parsing timestamp from 'x': timestamp must contain at least 10 characters
select s::timestamp from e;
-- error: Arrow error: Parser error: Error parsing timestamp from 'x': timestamp must contain at least 10 characters
select to_timestamp('x');
-- error: Arrow error: Parser error: Error parsing timestamp from 'x': timestamp must contain at least 10 characters
select to_timestamp(s) from e;
select to_date('x');
-- error: Arrow error: Cast error: Cannot cast value 'x' to value of Boolean type
select 'x'::boolean;
-- error: Arrow error: Cast error: Cannot cast value 'x' to value of Boolean type
select s::boolean from e;
-- error: Arrow error: Cast error: Can't cast value 300 to type Int8
select 300::tinyint;
-- error: Arrow error: Cast error: Can't cast value 301 to type Int8
select (i+300)::tinyint from e;
-- error: Arrow error: Parser error: Invalid input syntax for type interval: "x"
select 'x'::interval;
select interval 'x';
select 'x'::decimal(5,2);
select 12345.6::decimal(5,2);
select s::decimal(5,2) from e;
-- error: Arrow error: Arithmetic overflow: Overflow happened on: - -9223372036854775808
select -(-9223372036854775808);
-- error: Arrow error: Compute error: Int64Array overflow on abs(-9223372036854775808)
select abs(-9223372036854775808);
-- error: Arrow error: Compute error: Execution error: cannot take square root of a negative number
select sqrt(-1);
-- error: Execution error: Overflow happened on FACTORIAL(30)
select factorial(30);
-- error: Schema error: No field named nope.
select nope from e;
-- error: Schema error: No field named e.nope.
select e.nope from e;
-- error: Schema error: No field named x.i. Did you mean 'e.i'?
select x.i from e;
-- error: Error during planning: table 'datafusion.public.nope' not found
select * from nope;
-- error: Error during planning: Invalid function 'nope'.
select nope(1);
-- error: Error during planning: 'abs' does not support zero arguments. No function matches the given name and argument types 'abs()'. You might need to add exp
select abs();
-- error: Error during planning: Function 'abs' expects 1 arguments but received 2. No function matches the given name and argument types 'abs(Int64, Int64)'. Y
select abs(1,2);
select abs('x');
select substr(1);
select substr('a','b');
select sum(s) from e;
select avg(s) from e;
select avg('x');
-- error: Error during planning: Aggregate function calls cannot be nested: 'sum(e.i)' is nested inside 'sum(sum(e.i))'
select sum(sum(i)) from e;
-- error: Error during planning: Column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column "e.i" must appear in the GROUP
select i, sum(f) from e;
-- error: Error during planning: Column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column "e.i" must appear in the GROUP
select i from e group by s;
-- error: Error during planning: HAVING clause references: e.i > Int64(1) must appear in the GROUP BY clause or be used in an aggregate function
select i from e having i > 1;
-- error: Error during planning: Aggregate functions are not allowed in the WHERE clause. Consider using HAVING instead
select sum(i) from e where sum(i) > 1;
-- error: Error during planning: Cannot create filter with non-boolean predicate 'e.i' returning Int32
select i from e where i;
-- error: Error during planning: Cannot create filter with non-boolean predicate 'Utf8("a")' returning Utf8
select i from e where 'a';
-- error: Error during planning: Order by column out of bounds, specified: 5, max: 1
select i from e order by 5;
-- error: Error during planning: Order by index starts at 1 for column indexes
select i from e order by 0;
-- error: Error during planning: Cannot find column with position 5 in SELECT clause. Valid columns: 1 to 1
select i from e group by 5;
-- error: Error during planning: LIMIT must be >= 0, '-1' was provided
select i from e limit -1;
-- error: Error during planning: Expected LIMIT to be an integer or null, but got Utf8
select i from e limit 'x';
-- error: Error during planning: OFFSET must be >=0, '-1' was provided
select i from e offset -1;
-- error: Schema error: No field named i.
select i from e limit i;
-- error: Error during planning: Projections require unique expression names but the expression "e.i" at position 0 and "e.i" at position 1 have the same name.
select i, i from e;
-- error: Error during planning: Projections require unique expression names but the expression "Int64(1) AS a" at position 0 and "Int64(2) AS a" at position 1
select 1 as a, 2 as a;
-- error: Error during planning: UNION queries have different number of columns
select i from e union select 1, 2;
-- error: Error during planning: Incompatible inputs for Union: Previous inputs were of type Int32, but got incompatible type List(Int64) on column 'make_array(
select i from e union select [1];
-- error: Execution error: Scalar subquery returned more than one row
select (select i from e);
-- error: Error during planning: Too many columns! The subquery should only return one column: e.i, e.s
select (select i, s from e);
-- error: Execution error: Scalar subquery returned more than one row
select * from e where i = (select i from e);
-- error: Schema error: Ambiguous reference to unqualified field i
select i from e join e e2 on true;
-- error: Schema error: Schema contains duplicate qualified field name e.i
select e.i from e join e on true;
-- error: Schema error: No field named nope.
select i from e e1 join e e2 using (nope);
-- error: Schema error: No field named e3.i. Did you mean 'e1.i'?
select i from e e1 natural join e e2 where e3.i = 1;
-- error: Error during planning: Inconsistent data length across values list: got 1 values in row 0 but expected 5
insert into e values (1);
-- error: Error during planning: table 'datafusion.public.nope' not found
insert into nope values (1);
-- error: Execution error: Table 'e' already exists
create table e(i int);
-- error: Execution error: Table 'e' already exists
create view e as select 1;
-- error: Execution error: Table 'nope' doesn't exist.
drop table nope;
-- error: Execution error: View 'nope' doesn't exist.
drop view nope;
-- error: Execution error: View 'e' doesn't exist.
drop view e;
drop table if exists nope;
-- error: Execution error: Schema 'nope' doesn't exist.
drop schema nope;
-- error: Execution error: Schema 'public' already exists
create schema public;
-- error: Execution error: Unable to parse catalog from nope.a.b
create schema nope.a.b;
-- error: Invalid or Unsupported Configuration: could not find config namespace for key "nope"
set nope = 1;
-- error: Invalid or Unsupported Configuration: Config value "nope" not found on ConfigOptions
set datafusion.nope = 1;
-- error: External error: invalid digit found in string
set datafusion.execution.batch_size = 'x';
-- error: External error: invalid digit found in string
set datafusion.execution.batch_size to -1;
-- error: Error during planning: 'nope' is not a variable which can be viewed with 'SHOW'
show nope;
-- error: Error during planning: 'datafusion.nope' is not a variable which can be viewed with 'SHOW'
show datafusion.nope;
-- error: Error during planning: table 'datafusion.public.nope' not found
describe nope;
-- error: SQL error: ParserError("Expected: an SQL statement, found: nope at Line: 1, Column: 9")
explain nope;
-- error: Error during planning: Failed to coerce arguments to satisfy a call to 'array_element' function: coercion from List(Int64), Utf8 to the signature Arra
select array_element([1,2],'x');
-- error: Execution error: Cannot access field at argument 1: type List(Int64) is not Struct, Map, or Null
select [1,2]['x'];
-- error: Arrow error: Cast error: Cannot cast string 'x' to value of Int64 type
select [1,'x'];
select [1,true];
select make_array(1,[2]);
select array_append(1,2);
select array_length(1);
-- error: Error during planning: unnest() can only be applied to array, struct and null
select unnest(1);
-- error: This feature is not implemented: unnest() does not support null yet
select unnest(null);
-- error: Error during planning: Field nope not found in struct
select struct(1)['nope'];
select named_struct('a',1).b;
select named_struct('a');
select named_struct(1,2);
select map([1,1],[2,3]);
-- error: Execution error: map requires key and value lists to have the same length
select map([1],[2,3]);
-- error: Execution error: map key cannot be null
select map([null],[1]);
select map {1:2}['x'];
-- error: Arrow error: Cast error: Cannot cast string 'a' to value of Int32 type
select case i when 'a' then 1 end from e;
select coalesce();
-- error: Error during planning: Function 'nullif' expects 2 arguments but received 1. No function matches the given name and argument types 'nullif(Int64)'. Yo
select nullif(1);
-- error: Execution error: Date part 'nope' not supported
select extract(nope from d) from e;
-- error: Execution error: Unsupported date_trunc granularity: 'nope'. Supported values are: microsecond, millisecond, second, minute, hour, day, week, month, q
select date_trunc('nope', d) from e;
-- error: Arrow error: Parser error: Error parsing timestamp from 'x': timestamp must contain at least 10 characters
select date_trunc('day', s) from e;
select date_trunc(1, d) from e;
-- error: Execution error: Date part 'nope' not supported
select date_part('nope', d) from e;
-- error: This feature is not implemented: DATE_BIN stride does not support combination of month, day and nanosecond intervals
select date_bin(interval '1 month 1 day', d) from e;
-- error: Execution error: DATE_BIN stride must be non-zero
select date_bin(interval '0 day', d) from e;
-- error: Error during planning: Cannot coerce arithmetic expression Date32 + Date32 to valid types
select d + d from e;
select d * 2 from e;
-- error: Error during planning: Cannot coerce arithmetic expression Date32 + Utf8 to valid types
select d - interval '1 day' + 'x' from e;
-- error: Arrow error: Cast error: Cannot cast string 'x' to value of Date32 type
select d = 'x' from e;
-- error: Arrow error: Cast error: Cannot cast string 'x' to value of Int64 type
select s > 1 from e;
-- error: Error during planning: Cannot infer common argument type for comparison operation List(Int64) > Int64
select l > 1 from e;
-- error: Error during planning: Cannot infer common argument type for comparison operation List(Int64) = Utf8
select l = 'x' from e;
-- error: Error during planning: Cannot coerce arithmetic expression Boolean + Int64 to valid types
select true + 1;
-- error: Error during planning: Cannot infer common argument type for comparison operation Boolean > Int64
select true > 1;
-- error: Error during planning: Unary operator 'NOT' requires a boolean expression, got Int64
select not 1;
-- error: Error during planning: Unary operator '-' only supports signed numeric, interval and timestamp types
select -'x';
-- error: Error during planning: Cannot coerce arithmetic expression Utf8 - Utf8 to valid types
select 'a' - 'b';
-- error: Error during planning: Cannot coerce arithmetic expression Utf8 * Int64 to valid types
select 'a' * 2;
-- error: Error during planning: Cannot infer common argument type for logical boolean operation Int64 AND Boolean
select 1 and true;
-- error: Error during planning: There isn't a common type to coerce Int64 and Utf8 in LIKE expression
select 1 like 'a';
-- error: Error during planning: There isn't a common type to coerce Utf8View and Int64 in LIKE expression
select s like 1 from e;
select regexp_like('a','(');
select regexp_replace('a','(','b');
select regexp_match('a','[');
select 'a' ~ '(';
-- error: Execution error: invalid Unicode scalar value: -1
select chr(-1);
-- error: Execution error: invalid Unicode scalar value: 1114112
select chr(1114112);
-- error: Execution error: lpad requested length 2147483648 too large, maximum allowed length is 2147483647
select lpad('a', 2147483648);
-- error: Execution error: field position must not be zero
select split_part('a','b',0);
-- error: Error during planning: There is no built-in encoding named 'nope', currently supported encodings are: base64, base64pad, hex
select encode('a','nope');
select decode('zz','hex');
-- error: Error during planning: There is no built-in digest algorithm named 'nope', currently supported algorithms are: md5, sha224, sha256, sha384, sha512, bl
select digest('a','nope');
select to_hex('a');
select arrow_cast(1,'Nope');
-- error: Error during planning: Function 'arrow_cast' expects 2 arguments but received 1. No function matches the given name and argument types 'arrow_cast(Int
select arrow_cast(1);
-- error: Error during planning: 'arrow_typeof' does not support zero arguments. No function matches the given name and argument types 'arrow_typeof()'. You mig
select arrow_typeof();
-- error: This feature is not implemented: Unsupported SQL type nope
select cast(1 as nope);
-- error: This feature is not implemented: Unsupported CAST from List(Int64) to Int32
select cast([1] as int);
select try_cast([1] as int);
select rank();
-- error: Error during planning: Invalid window frame: start bound (1 FOLLOWING) cannot be larger than end bound (1 PRECEDING)
select sum(i) over (rows between 1 following and 1 preceding) from e;
-- error: Error during planning: The window w is not defined!
select sum(i) over w from e;
select row_number(1) over () from e;
select nth_value(i) over () from e;
-- error: Execution error: NTILE requires a positive integer
select ntile(0) over () from e;
select lag(i,'x') over (order by i) from e;
select first_value(i, s) from e;
select count(*, 1) from e;
-- error: Error during planning: Percentile value must be between 0.0 and 1.0 inclusive, 2 is invalid
select approx_percentile_cont(i, 2) from e;
select approx_percentile_cont(i) from e;
select approx_percentile_cont(0.5) within group (order by s) from e;
-- error: Error during planning: Percentile value must be between 0.0 and 1.0 inclusive, 1.5 is invalid
select percentile_cont(i, 1.5) from e;
select median(s) from e;
select string_agg(s) from e;
select array_agg(s, 1) from e;
select stddev(s) from e;
select corr(i) from e;
select bit_and(f) from e;
select bool_and(i) from e;
select max() from e;
select max(i, i) from e;
-- error: Error during planning: Argument e.i to grouping function is not in grouping columns
select grouping(i) from e;
-- error: Error during planning: Too many columns! The subquery should only return one column: e.i, e.s
select i from e where i in (select i, s from e);
-- error: Arrow error: Cast error: Cannot cast string 'x' to value of Int64 type
select i from e where i in (1, 'x');
-- error: Arrow error: Cast error: Cannot cast string 'a' to value of Int32 type
select i from e where i between 'a' and 'b';
-- error: Error during planning: Projections require unique expression names but the expression "EXISTS (<subquery>)" at position 0 and "EXISTS (<subquery>)" at
select exists (select 1), exists (select 1);
-- error: Error during planning: WITH query name "a" specified more than once
with a as (select 1), a as (select 2) select * from a;
-- error: Error during planning: Source table contains 1 columns but only 2 names given as column alias
with a(x,y) as (select 1) select * from a;
-- error: Schema error: No field named x.
with recursive a as (select 1 union all select x from a) select * from a;
-- error: Error during planning: Inconsistent data length across values list: got 2 values in row 1 but expected 1
select * from (values (1),(1,2));
-- error: Arrow error: Cast error: Cannot cast string 'x' to value of Int64 type
select * from (values (1),('x'));
-- error: Error during planning: Inconsistent data type across values list at row 1 column 0. Was Int64 but found Boolean
values (1),(true);
-- error: Error during planning: Argument #1 must be an INTEGER, TIMESTAMP, DATE or NULL, got Utf8
select * from generate_series('a',1);
-- error: Error during planning: Step cannot be zero
select * from generate_series(1,2,0);
-- error: Error during planning: range function requires 1 to 3 arguments
select * from range(1,2,3,4);
-- error: Execution error: step can't be 0 for function generate_series(start [, stop, step])
select generate_series(1,10,0);
-- error: Execution error: Placeholder '$1' was not provided a value for execution.
select $1;
prepare p as select $1;
-- error: Execution error: Prepared statement 'nope' does not exist
execute nope(1);
execute p;
execute p(1,2);
-- error: Execution error: Prepared statement 'nope' does not exist
deallocate nope;
-- error: SQL error: ParserError("Expected: end of statement, found: e at Line: 1, Column: 10")
select * e;
-- error: SQL error: ParserError("Expected: an SQL statement, found: selec at Line: 1, Column: 1")
selec 1;
select 1 from;
select (1;
select 1 +;
select * from e where;
select * exclude (nope) from e;
-- error: Error during planning: EXCLUDE or EXCEPT contains duplicate column names
select * except (i,i) from e;
-- error: Schema error: No field named qualify.
select qualify from e;
-- error: Schema error: No field named nope.
update e set nope = 1;
-- error: Error during planning: table 'datafusion.public.nope' not found
delete from nope;
truncate table e;
-- error: This feature is not implemented: Unsupported SQL statement: ALTER TABLE e ADD COLUMN x INT
alter table e add column x int;
create index i on e(i);
merge into e using e on true when matched then delete;
-- error: This feature is not implemented: Unsupported SQL statement: BEGIN
begin;
commit;
select lead(i) from e;
-- error: Execution error: Cannot access field at argument 1: type Int32 is not Struct, Map, or Null
select get_field(i,'a') from e;
-- error: Execution error: Cannot access field at argument 1: type Int32 is not Struct, Map, or Null
select i.a from e;
-- error: Execution error: Cannot access field at argument 1: type Utf8View is not Struct, Map, or Null
select s['a'] from e;
-- error: Arrow error: Cast error: Cannot cast string '2020-13-01' to value of Date32 type
select date '2020-13-01';
-- error: Arrow error: Parser error: Error parsing timestamp from 'x': timestamp must contain at least 10 characters
select timestamp 'x';
-- error: Arrow error: Cast error: Cannot cast string '25:00:00' to value of Time64(ns) type
select time '25:00:00';
-- error: Execution error: Month value '13' is out of range
select make_date(2020,13,1);
-- error: Arrow error: Cast error: Cannot cast string 'x' to value of Int32 type
select make_date(2020,'x',1);
select from_unixtime('x');
select to_char(1,'x');
select to_timestamp('2020','%Z');
-- error: Error during planning: The function 'now' expected zero argument but received 1. No function matches the given name and argument types 'now(Int64)'. Y
select now(1);
-- error: Error during planning: The function 'random' expected zero argument but received 1. No function matches the given name and argument types 'random(Int6
select random(1);
-- error: Error during planning: The function 'uuid' expected zero argument but received 1. No function matches the given name and argument types 'uuid(Int64)'.
select uuid(1);
-- error: Error during planning: The function 'version' expected zero argument but received 1. No function matches the given name and argument types 'version(In
select version(1);
select concat();
select concat_ws();
select concat_ws(',');
select greatest();
select upper(1);
select trim(1);
select ascii([1]);
select left('a','b');
select overlay('a');
-- error: Error during planning: Function 'strpos' expects 2 arguments but received 1. No function matches the given name and argument types 'strpos(Utf8)'. You
select position('a');
select position(1 in 2);
-- error: Error during planning: Function 'strpos' expects 2 arguments but received 1. No function matches the given name and argument types 'strpos(Utf8)'. You
select strpos('a');
-- error: Error during planning: Function 'starts_with' expects 2 arguments but received 1. No function matches the given name and argument types 'starts_with(U
select starts_with('a');
-- error: Error during planning: Function 'levenshtein' expects 2 arguments but received 1. No function matches the given name and argument types 'levenshtein(U
select levenshtein('a');
select round('x');
select round(1.5,'x');
-- error: Error during planning: 'trunc' does not support zero arguments. No function matches the given name and argument types 'trunc()'. You might need to add
select trunc();
select gcd(1.5,2);
select lcm('a',2);
-- error: Error during planning: The function 'pi' expected zero argument but received 1. No function matches the given name and argument types 'pi(Int64)'. You
select pi(1);
select nanvl('a',1);
select isnan('a');
