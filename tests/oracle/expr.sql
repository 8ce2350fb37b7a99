-- Arithmetic, comparison, logic, bits, CASE, NULL handling.
-- setup
create table n as select cast(i8 as tinyint) as i8, cast(i16 as smallint) as i16, cast(i32 as int) as i32, cast(i64 as bigint) as i64, cast(f32 as real) as f32, cast(f64 as double) as f64, cast(d as decimal(8,3)) as d, cast(s as varchar) as s, cast(p as boolean) as p from (values
  (1, 100, 1000, 10000, 1.5, 2.25, 1.125, 'abc', true), (-1, -100, -1000, -10000, -0.5, -2.25, -1.125, '', false),
  (127, 32767, 2147483647, 9223372036854775806, 3.5, 1e15, 99999.999, 'Zz', null), (null, null, null, null, null, null, null, null, true),
  (0, 0, 0, 0, 0.0, 0.0, 0.000, '0', false)) as v(i8, i16, i32, i64, f32, f64, d, s, p);
create table u as select arrow_cast(a, 'UInt8') as u8, arrow_cast(a, 'UInt16') as u16, arrow_cast(a, 'UInt32') as u32, arrow_cast(a, 'UInt64') as u64 from (values (1), (2), (200), (null)) v(a);
-- statements
select i32 + 1, i32 - 1, i32 * 2, i32 / 3, i32 % 7 from n where i32 < 2000 or i32 is null;
select i8 + i16, i16 + i32, i32 + i64 from n where i8 <> 127 or i8 is null;
select arrow_typeof(i8 + i16), arrow_typeof(i16 * i32), arrow_typeof(i32 - i64), arrow_typeof(i8 + 1), arrow_typeof(i32 + f32), arrow_typeof(i64 + f32), arrow_typeof(f32 + f64) from n limit 1;
select arrow_typeof(i8 + d), arrow_typeof(i64 + d), arrow_typeof(d + d), arrow_typeof(d * d), arrow_typeof(d / d), arrow_typeof(d % d), arrow_typeof(d + f64), arrow_typeof(d + 1), arrow_typeof(d * 1.5) from n limit 1;
select d + d, d - d, d * d from n;
select d / 3, d % 2, d * 10 from n;
select d / d from n where d <> 0;
select f32 + 1, f64 * 2, f64 / 3, f64 % 1.5 from n;
select f64 / 0, -f64 / 0 from n where f64 = 2.25;
select 0.0 / 0, 1.0 / 0, -1.0 / 0, 5.0 % 0;
select 7 / 2, -7 / 2, 7 / -2, -7 / -2;
select 7 % 3, -7 % 3, 7 % -3, -7 % -3;
select 7.5 / 2, 7.5 % 2, -7.5 % 2;
select 1 + 2 * 3;
select (1 + 2) * 3;
select 10 - 2 - 3;
select 100 / 10 / 2;
select 2 * 3 % 4;
select 1 + null, null * 2, null / 0, -null;
select -i32, +i32, - (-i32) from n where i32 < 2000;
select -f64, -d from n;
select i32 > 0, i32 >= 0, i32 < 0, i32 <= 0, i32 = 0, i32 <> 0 from n;
select i8 = i16, i16 < i32, i32 < i64, i64 > f64, f32 = f64, d > i8 from n;
select s = 'abc', s < 'b', s >= 'Z', s <> '' from n;
select p = true, p <> false, p and true, p or false, not p, p and null, p or null from n;
select true and true, true and false, false and null, true and null, null and null;
select true or true, false or false, true or null, false or null, null or null;
select not true, not false, not null;
select true is true, false is true, null is true, true is false, null is false, null is unknown, true is unknown;
select true is not true, null is not true, null is not false, null is not unknown;
select p is true, p is not true, p is false, p is not false, p is unknown, p is not unknown from n;
select null = null, null <> null, 1 = null, null is null, null is not null;
select 1 is distinct from null, null is distinct from null, 1 is not distinct from 1, null is not distinct from null;
select i32 is distinct from 0, i32 is not distinct from null from n;
select i32 between 0 and 1000, i32 not between 0 and 1000 from n;
select i32 between null and 1000, i32 between 1000 and 0, i32 between -1000 and null from n;
select s between 'a' and 'b', d between 0 and 1.2, f64 between -3 and 0 from n;
select i32 in (0, 1000), i32 not in (0, 1000), i32 in (0, null), i32 not in (0, null) from n;
select i32 in (i8, i16, 1000) from n;
select s in ('abc', '0'), s not in ('abc') from n;
select f64 in (2.25, 0), d in (1.125, 0) from n;
select 1 in (1.0, 2.0), 1.5 in (1, 2), 'a' in ('a', 'b'), true in (false);
select (1, 2) = (1, 2);
select 5 & 3;
select 5 | 3;
select 5 ^ 3;
select ~5;
select 1 << 4;
select 256 >> 2;
select i32 & 255, i32 | 1, i32 << 1, i32 >> 1 from n where i32 < 2000;
select i8 & i16, i16 | i32, i64 & 1 from n;
-- differs: the generic dialect of the peer has no #
select 5 # 3;
select case when i32 > 0 then 'pos' when i32 < 0 then 'neg' when i32 = 0 then 'zero' end from n;
select case when i32 > 0 then 'pos' else 'other' end from n;
select case i32 when 1000 then 'k' when 0 then 'z' end from n;
select case i32 when 1000 then 'k' when 0 then 'z' else 'x' end as c from n;
select case when p then i32 else i64 end from n;
select case when p then i32 else f64 end from n;
select case when p then 1 when not p then 2.5 end from n;
select case when p then d else i8 end from n;
select case when p then s else 'no' end, case when p then null else s end from n;
select case when null then 1 else 2 end, case null when null then 1 else 2 end;
select case when true then 1 else 1/0 end;
select case when i32 = 0 then 0 else 1000 / i32 end from n;
select case when i32 = 0 then null else 10000 / i32 end as q from n order by i64;
select case 1 when 1 then 'a' when 1 then 'b' end;
select case when 1 = 1 then null end;
select case s when 'abc' then 1 when '' then 2 else 3 end, count(*) from n group by 1 order by 1;
select case when i8 is null then 'null' when i8 in (1, 2) then 'small' when i8 between 3 and 200 then 'big' else 'rest' end as k from n;
select case when case when p then 1 else 2 end = 1 then 'a' else 'b' end from n;
select arrow_typeof(case when p then i8 else i32 end), arrow_typeof(case when p then 1 else 'a' end) from n limit 1;
select coalesce(i32, 7), coalesce(null, i32, 8), coalesce(s, 'none') from n;
select coalesce(null, null), coalesce(null, 1), coalesce(1, null), coalesce(1, 1/0);
select coalesce(i8, i64), coalesce(f32, i64), coalesce(d, 0) from n;
select coalesce(i32, 1.5), coalesce(i8, 1000) from n;
select nullif(i32, 0) from n;
select nullif(s, '') from n;
select nullif(1, 1) from n;
select nullif(1, 2) from n;
select nullif(null, 1) from n;
select nullif(1, null) from n;
select nullif(f64, 0) from n;
select nullif(d, 0) from n;
select nullif(p, true) from n;
select ifnull(i32, -1) from n;
select nvl(i32, -2) from n;
select nvl2(i32, 'y', 'n') from n;
select greatest(1, 2, 3), least(1, 2, 3), greatest(1, null, 2), least(null, null), greatest('a', 'b');
select greatest(i8, i16, i32) from n;
select least(i8, i16, i32) from n;
select greatest(f64, i32) from n;
select greatest(d, f64) from n;
-- differs: a branch that no row reaches isn't evaluated
select greatest(1, 2.5), least(1, 'b') from n limit 0;
select if(p, 1, 2) from n;
select iff(p, 1, 2) from n;
select u8 + u16, u16 * u32, u32 + u64, u64 - u8 from u;
select arrow_typeof(u8 + u16) from u limit 1;
select arrow_typeof(u8 + 1) from u limit 1;
select arrow_typeof(u32 + 1) from u limit 1;
select arrow_typeof(u64 + 1) from u limit 1;
select arrow_typeof(u64 + u8) from u limit 1;
select arrow_typeof(u8 * 1.5) from u limit 1;
select u8 + 1 from u;
select u16 - 1 from u;
select u32 * 2 from u;
select u64 / 3 from u;
select u64 % 7 from u;
select u8 - 5 from u;
select u64 = 1, u8 > 100, u32 between 1 and 2, u16 in (1, 200) from u;
select -u32 from u;
select u8 & 1, u8 | 4, u64 << 2 from u;
select abs(-5), abs(i32), abs(f64), abs(d) from n where i32 < 2000;
select sign(-2.0) from n;
select signum(-3) from n;
select signum(0) from n;
select signum(f64) from n;
select i32::varchar || '!', f64::varchar, d::varchar, p::varchar from n;
select i32 || 'x', 'x' || f64, s || d, s || p, 'a' || null from n;
select 1 || 'a', 'a' || 1.5, 'a' || true, 'a' || date '2020-01-01';
select 'a' || 'b' || 'c', concat('a', null, 'b'), 'a' || '' ;
select 1 < 2, 1 < 2.0, 1 < '2', '10' < '9', 10 < '9';
select i32 = '1000' from n;
select i32 > '0' from n;
select f64 = '2.25' from n;
select d = '1.125' from n;
select p = 'true' from n;
select s = 0 from n where s = '0';
select 1 = 1.0, 1.0 = 1.00, 0.1 + 0.2, 0.1 + 0.2 = 0.3, 1e0 = 1;
select 3 > 2 and 2 > 1, 1 > 2 or 2 > 1, not 1 > 2, not (1 > 2 and 2 > 1);
select 1 + 1 = 2, 2 * 3 > 5 and 1 < 0, 5 - 3 - 1, 2 - -2;
select true = (1 = 1), (null is null) = true;
select 'a' < 'B', 'a' = 'A', '' < 'a', 'ab' < 'abc', 'ä' > 'z';
select 1 is not null, 'x' is null;
select i32 + i64 * 2 - f64 / 4 as mix from n where i32 < 2000;
select (i32 + 1) * (i32 - 1) from n where i32 < 2000;
select round(f64 * 100) / 100, cast(f64 as int) from n where f64 < 1000;
-- error: Divide by zero
select 1 / 0;
-- error: Divide by zero
select i32 / 0 from n;
-- error: Divide by zero
select 1 % 0;
-- error: Divide by zero
select d / 0 from n where d is not null;
-- error
select 'a' + 1;
-- error
select 'a' - 'b';
-- error
select true + 1;
-- error
select not 1;
-- error
select not 'a';
-- error
select 1 and true;
-- error
select 'a' and 'b';
-- error
select -'a';
-- error
select true = 1;
-- error
select 1 = 'x';
select case when 1 then 2 end;
-- error
select case when true then 1 else [1] end;
-- error
select coalesce();
-- error
select abs(cast(-128 as tinyint));
-- differs: overflow is an error here
select i64 + 10 from n;
-- differs: overflow is an error here
select 9223372036854775807 + 1;
-- error
select - (-9223372036854775808);
select 9223372036854775807 + 0, -9223372036854775807 - 1;
select 1.0 + 2, 1.5 * 2, 3 - 0.5, 2.0 * 3.0;
select arrow_typeof(1 + 1.0), arrow_typeof(1.0 / 3), arrow_typeof(1 / 3), arrow_typeof(true and false), arrow_typeof('a' || 'b'), arrow_typeof(1 < 2), arrow_typeof(-1), arrow_typeof(case when true then 1 end);
select p and i32 / i32 = 1 from n where i32 <> 0;
select i32 from n where p or i32 / 1 > 5;
select count(*) from n where i32 = i32;
select i32, i32 is null as isnull, i32 is not null as notnull from n order by i32 nulls first;
select max(i32 + i64) from n where i64 < 20000;
select sum(case when p then 1 else 0 end) as t, sum(case when not p then 1 else 0 end) as f from n;
select i32 from n where (i32 > 0) = p;
select i32 from n where (i32 > 0) is not distinct from p;
select i32 from n where case when p then i32 > 0 else i32 < 0 end;
select i32 from n where coalesce(p, false);
select i32 from n where nullif(i32, 0) is null;
select i32 from n where i32 in (select 1000 union select -1000);
select i32 from n where -i32 = 1000;
select i32 from n where i32 + 1 > 1000 and i32 < 2000;
select i32 from n where i32 * 2 = -2000;
select i32 from n where not (i32 > 0 or i32 < 0);
select i32 from n where not (p and i32 > 0);
select i32 from n where p is null and i32 is not null or s = '';
select i32 from n where s > 'a' and s < 'b';
-- differs: AND evaluates from left to right
select i32 from n where i32 != 0 and 1000 / i32 = 1;
select i64 from n where i64 > 9223372036854775800;
select i8 from n where i8 > 1000;
select i8 from n where i8 < 1000;
select i8 from n where i8 = 1.0;
select i8 from n where i8 > 0.5;
select f32 from n where f32 = 1.5;
select f32 from n where f32 = 0.1;
select d from n where d = 1.125;
select d from n where d > 1;
select d from n where d in (1.125, -1.125, 5);
select d from n where d between -2 and 2 order by d;
