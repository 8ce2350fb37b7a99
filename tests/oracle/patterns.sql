-- SPDX-FileCopyrightText: 2026 The Bowstring Authors
-- SPDX-License-Identifier: Apache-2.0
-- Regular expressions, LIKE, formats of dates.

select regexp_match('2024-01-02','(?<y>\d{4})-(?<m>\d\d)'), regexp_match('aaa','a{2}'), regexp_match('aaa','a+?'), regexp_match('abc','(?i)B');
select regexp_replace('a1b22','[0-9]+','#','g'), regexp_replace('abc','(?P<x>b)','[$x]'), regexp_replace('x y','\s','_'), regexp_replace('aaa','a*','b','g'), regexp_replace('abc','','-','g');
select regexp_match('x','(?=x)');
select regexp_match('x','(?<!y)x');
select regexp_match('aa','(a)\1');
select regexp_like('a','[a');
select regexp_like('ab','a b','x'), regexp_like('AB','ab','ix');
select regexp_like('ab
cd','^cd','m'), regexp_like('ab
cd','b$','m'), regexp_like('ab
cd','^cd');
select regexp_like('a','a','u'), regexp_like('a','a','U');
select regexp_like('a','a','q');
select regexp_like('a','a','g');
select regexp_count('aaa','aa'), regexp_count('abcABC','[a-c]',1,'i'), regexp_count('a.b','\.'), regexp_count('日本日','日');
select regexp_count(c, p) from (values ('aab','a'),('xyz','[xy]'),(null,'a'),('a',null)) t(c,p);
select regexp_like(c, p) from (values ('aab','a'),('xyz','^[xy]+$'),(null,'a'),('a',null)) t(c,p);
select regexp_match(c, p) from (values ('aab','(a)(b)'),('xyz','[xy]+'),(null,'a'),('a',null)) t(c,p);
select regexp_replace(c, p, r, f) from (values ('aab','a','Z','g'),('xyz','([xy])','<\1>',null),('QQ','q','w','gi')) t(c,p,r,f);
select regexp_instr(c, p) from (values ('aab','b'),('xyz','q'),(null,'a'),('日本','本')) t(c,p);
select regexp_replace('foo.bar','.','-','g'), regexp_replace('foo.bar','\.','-'), regexp_replace('a/b','/','\\/');
select 'foo' ~ '^f', 'foo' ~ 'O', 'foo' ~* 'O', 'foo' !~ 'x', 'foo' !~* 'F', 'a.b' ~ 'a\.b', 'x' ~ '', '' ~ '^$', 'é' ~ '^.$';
select 'foo' ~ 'f|g', 'bar' ~ '^(foo|bar)$', 'xbar' ~ '^(foo|bar)$', 'foobar' ~ '^foo', 'barfoo' ~ 'foo$', 'fooo' ~ 'fo*$';
select c from (values ('foo'),('bar'),('foobar'),('FOO'),(null),('f.o')) t(c) where c ~ 'foo';
select c from (values ('foo'),('bar'),('foobar'),('FOO'),(null),('f.o')) t(c) where c ~* '^foo$';
select c from (values ('foo'),('bar'),('foobar'),('FOO'),(null),('f.o')) t(c) where c !~ '^(foo|bar)$';
select c from (values ('foo'),('bar'),('foobar'),('FOO'),(null),('f.o')) t(c) where c ~ 'f\.o';
select c from (values ('foo'),('b%r'),('b_r'),('FOO'),(null),('f.o')) t(c) where c like 'b\%r' or c like 'b\_r';
select c from (values ('foo'),('b%r'),('b_r'),('FOO'),(null),('f.o')) t(c) where c like '_oo' or c ilike 'f%';
select c not like '%', c like '', c like c, c like '%%', c like null from (values ('foo'),(''),(null)) t(c);
select regexp_like('abc', array['a']);
select regexp_replace('a', 'b');
select regexp_match('abc');
select regexp_like('β','\p{Greek}'), regexp_like('B','\p{Lu}'), regexp_like('b','\P{Lu}'), regexp_like('x','\pL');
select regexp_replace('hello world','(\w+) (\w+)','$2 $1'), regexp_replace('hello','l','$$'), regexp_replace('hello','(l)','$1a'), regexp_replace('hello','(l)','${1}a');
select regexp_instr('hello','l',1,2), regexp_instr('hello','l',10), regexp_instr('hello','(l)(o)',1,1,0,'',2);
select regexp_instr('hello','l',0);
select regexp_instr('hello','l',1,0);
select to_char(timestamp '2023-07-04 15:06:07.123456789', '%Y %y %m %b %B %d %e %H %I %M %S %f %.3f %p %A %a %j %U %W %u %w %Z %z %s %% %n %t %D %F %T %R %r %c %x %X %h %k %l %G %V %g %C %q');
select to_char(date '2023-07-04', '%Y-%m-%d %H'), to_char(time '15:06:07', '%H:%M:%S'), to_char(null, '%Y'), to_char(date '2023-07-04', null), to_char(arrow_cast(90,'Duration(Second)'), null);
select to_timestamp('2023-07-04 03:06 PM','%Y-%m-%d %I:%M %p'), to_timestamp('04/Jul/2023:15:06:07 +0200','%d/%b/%Y:%H:%M:%S %z'), to_timestamp('1688482800','%s'), to_timestamp('2023-185','%Y-%j'), to_date('2023 27 2','%G %V %u');
select to_timestamp('x2023','x%Y');
select to_timestamp_millis('2023-07-04T15:06:07.1234+02:00'), to_timestamp_seconds('1688482800','%s'), to_timestamp('2023-07-04 15:06:07 Europe/Paris'), to_timestamp('2023-07-04T15:06:07.123456789123Z');
select to_date('July 4, 2023','%B %d, %Y'), to_date('4.7.23','%d.%m.%y'), to_date('20230704','%Y%m%d'), to_date('2023-07-04T15:00:00Z');
select to_date('bad');
select to_date('2023-13-01','%Y-%m-%d');
select to_unixtime('2023-07-04T15:06:07.9Z'), to_unixtime('1969-12-31T23:59:59'), to_unixtime(5), to_unixtime(1.9), to_unixtime(null);
select make_date(1,1,1), make_date(9999,12,31), make_date('2024', 2, 29.0), make_date(2024::bigint, 2::tinyint, 1);
select make_date(2023, 2, 29);
select make_date(2023, null, 1), make_time(23,59,59), make_time('1',2,3);
select make_time(24,0,0);
select date_bin('5 minutes', timestamp '2023-07-04 15:06:07', timestamp '1970-01-01 00:02:30'), date_bin(interval '1 year', timestamp '2023-07-04'), date_bin('2 weeks', date '2023-07-04'), date_bin(interval '1 day', timestamp '1969-12-31 12:00:00'), date_bin('1 microsecond', timestamp '2023-07-04 15:06:07.123456789');
select date_bin(interval '-1 day', timestamp '2023-07-04');
select date_bin('1 hour', time '15:06:07'), date_bin('1 hour', time '15:06:07', time '00:30');
select date_trunc('week', date '2023-07-04'), date_trunc('quarter', timestamp '2023-05-04 01:02:03'), date_trunc('decade', timestamp '2023-05-04');
select extract(week from date '2021-01-03'), extract(isoyear from date '2021-01-03'), extract(dow from date '2021-01-03'), extract(isodow from date '2021-01-03'), extract(quarter from date '2021-12-31'), extract(doy from date '2020-12-31'), extract(epoch from timestamp '1969-12-31 23:59:59.5'), extract(nanosecond from timestamp '2020-01-01 00:00:01.5');
select extract(century from date '2020-01-01');
select extract(timezone from timestamptz '2020-01-01');
select extract(day from 5);
