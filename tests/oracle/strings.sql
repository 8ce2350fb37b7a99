-- String functions, LIKE, regular expressions.
-- setup
create table w as select cast(id as int) as id, cast(s as varchar) as s, cast(p as varchar) as p, cast(k as int) as k from (values (1, 'Hello World', 'o', 3), (2, '', '', 0), (3, null, 'x', 1), (4, 'äöü ß €', 'ö', 2), (5, '  pad  ', ' ', -2), (6, 'a,b,,c', ',', 2), (7, 'The quick brown fox', null, null), (8, '𝄞 music', '𝄞', 1)) v(id, s, p, k);
-- statements
select upper(s) from w;
select lower(s) from w;
select initcap(s) from w;
select length(s) from w;
select char_length(s) from w;
select character_length(s) from w;
select octet_length(s) from w;
select bit_length(s) from w;
select trim(s) from w;
select ltrim(s) from w;
select rtrim(s) from w;
select btrim(s) from w;
select trim(both ' ' from s), trim(leading 'H' from s), trim(trailing 'd' from s) from w;
select btrim(s, 'Hd '), ltrim(s, ' aH'), rtrim(s, ' cd') from w;
select trim('xyxhelloxyx', 'xy');
select trim(both 'xy' from 'xyxhelloxyx');
select substr(s, 1, 3), substr(s, 3), substr(s, 0), substr(s, -2, 5), substr(s, 100) from w;
select substring(s, 2, 3) from w;
select substring(s from 2) from w;
select substring(s from 2 for 3) from w;
select substring(s for 2) from w;
select left(s, 3), right(s, 3), left(s, -2), right(s, -2), left(s, 0) from w;
select left(s, k), right(s, k), substr(s, k) from w;
select reverse(s), repeat(s, 2), repeat(s, 0), repeat(s, -1) from w;
select repeat(s, k) from w;
select lpad(s, 8), rpad(s, 8), lpad(s, 8, '*'), rpad(s, 8, 'xy'), lpad(s, 2), lpad(s, 0), lpad('a', 3, '') from w;
select concat(s, '-', p), concat_ws('|', s, p, 'z'), s || p from w;
select concat('a', 1, 2.5, true, null), concat(null), concat_ws(',', 'a', null, 'b'), concat_ws(null, 'a', 'b'), concat_ws(',', null, null);
select position('o' in s) from w;
select strpos(s, 'o') from w;
select strpos(s, '') from w;
select instr(s, 'l') from w;
select strpos(s, p), contains(s, p), starts_with(s, p), ends_with(s, p) from w;
select starts_with(s, 'He'), ends_with(s, 'd'), contains(s, 'or') from w;
select replace(s, 'o', '0'), replace(s, '', 'x'), replace(s, 'l', '') from w;
select replace(s, p, '#') from w;
select translate(s, 'lo', 'xy'), translate(s, 'aeiou', ''), translate(s, 'öü', 'ou') from w;
select split_part(s, ' ', 1), split_part(s, ',', 2), split_part(s, ',', -1), split_part(s, 'zz', 1), split_part(s, ',', 9) from w;
select string_to_array(s, ',') from w;
select string_to_array(s, ' ') from w;
select string_to_array(s, null) from w;
select string_to_array('a,b,,c', ',', '');
select string_to_array('', ',');
select string_to_array('abc', '');
select ascii(s), ascii(p) from w;
select chr(65), chr(228), chr(8364), chr(128512), ascii('€');
select overlay(s placing 'XX' from 2), overlay(s placing 'XX' from 2 for 1), overlay('abc' placing 'Z' from 10) from w;
select to_hex(255), to_hex(0), to_hex(-1), to_hex(k) from w;
select levenshtein(s, 'Hello'), levenshtein('kitten', 'sitting'), levenshtein('', 'abc'), levenshtein(null, 'a') from w;
select substr_index(s, ' ', 1) from w;
select substr_index(s, ',', -2) from w;
select substring_index(s, ',', 2) from w;
select find_in_set('b', 'a,b,c');
select find_in_set('z', 'a,b,c');
select find_in_set('', '');
select find_in_set(null, 'a');
select md5('abc'), sha224('abc'), sha256('abc');
select sha384('abc'), sha512('abc');
select digest('abc', 'md5');
select digest('abc', 'sha256');
select digest('abc', 'blake3');
select encode('abc', 'base64'), encode('abc', 'hex'), decode('YWJj', 'base64'), decode('616263', 'hex');
select encode(s, 'hex'), encode(s, 'base64') from w;
select arrow_typeof(encode('a', 'hex'));
select arrow_typeof(decode('61', 'hex'));
select arrow_typeof(md5('a'));
select arrow_typeof(sha256('a'));
select arrow_typeof(length('a'));
select arrow_typeof(upper('a'));
select s like 'H%', s like '%o%', s like '_e%', s like '', s like '%' from w;
select s not like 'H%', s ilike 'h%', s not ilike '%WORLD' from w;
select 'a%b' like 'a\%b', 'axb' like 'a\%b', 'a_b' like 'a\_b', 'a\b' like 'a\\b', 'abc' like 'abc', 'abc' like 'ab';
select s like p, s like concat('%', p, '%') from w;
select null like 'a', 'a' like null, 'a' like 'A', 'a' ilike 'A', 'Ä' ilike 'ä';
select 'line1
line2' like '%line2', 'a
b' like 'a_b';
select id from w where s like '%o%' and s not like '%x%';
select id from w where s like 'The%fox';
select id from w where s ~~ 'H%';
select id from w where s !~~ '%o%';
select id from w where s ~~* 'h%';
select s ~ 'o', s ~ '^H', s !~ 'o', s ~* 'h', s !~* 'WORLD' from w;
select id from w where s ~ '[a-z]+ [a-z]+';
select id from w where s similar to '%o%';
select 'abc' similar to 'a|abc', 'abc' similar to 'a.c', 'abc' not similar to 'x';
select regexp_like(s, 'o'), regexp_like(s, '^h', 'i'), regexp_like(s, '[[:digit:]]') from w;
select regexp_match(s, '(\w+) (\w+)') from w;
select regexp_match(s, 'o') from w;
select regexp_match(s, 'H', 'i') from w;
select regexp_match('foobarbequebaz', '(bar)(beque)'), regexp_match('abc', 'x'), regexp_match('aBc', '(b)', 'i');
select regexp_replace(s, 'o', '0') from w;
select regexp_replace(s, 'o', '0', 'g') from w;
select regexp_replace(s, '(\w)(\w)', '\2\1', 'g') from w;
select regexp_replace('foobarbaz', 'b(..)', 'X\1Y', 'g'), regexp_replace('ABC', 'b', 'x', 'i'), regexp_replace('aaa', 'a', 'b');
select regexp_count(s, 'o'), regexp_count(s, 'O', 1, 'i'), regexp_count('ababab', 'ab', 2) from w;
select regexp_instr('hello world', 'o');
select regexp_instr('hello world', 'o', 6);
select regexp_instr('hello world', 'o', 1, 2);
select regexp_instr('abc', 'x');
select regexp_substr('hello world', 'w\w+');
select regexp_match(s, p) from w where p <> '';
select regexp_like(s, p) from w where p <> '';
select s, length(s) as n from w order by n desc nulls last, s limit 3;
select upper(s) || lower(s) from w where id < 3;
select min(s), max(s) from w;
select count(distinct length(s)) from w;
select string_agg(s, ';' order by id) from w where id <> 3;
select left(s, 1) as f, count(*) from w group by f order by f nulls first;
select s from w order by s;
select s from w order by lower(s) desc nulls last;
select s = 'Hello World', s < 'M', s >= 'a' from w;
select id from w where s = '';
select id from w where length(s) > 5 and upper(s) like '%O%';
select id from w where s in ('Hello World', '', null);
select id from w where s between 'A' and 'Z';
select id from w where s is not null and p is not null and position(p in s) > 0;
select id from w where starts_with(s, 'T');
select 'it''s', 'a"b', 'a\tb', E'a\tb', E'\x41', E'\u00e4';
select 'abc' || 'def', 'abc' || 1 || 2.0, 'x' || null;
select char_length('€');
select octet_length('€');
select length('');
select length(null);
select uuid() <> uuid();
select length(uuid());
select arrow_typeof(split_part('a', 'b', 1));
select arrow_typeof(concat('a', 1));
select arrow_typeof(substr('a', 1));
select arrow_typeof(string_to_array('a', ','));
select arrow_typeof(strpos('a', 'a'));
select arrow_typeof(ascii('a'));
select arrow_typeof(repeat('a', 2));
select arrow_typeof(upper(s)), arrow_typeof(concat(s, 'a')), arrow_typeof(s || 'a'), arrow_typeof(substr(s, 1)), arrow_typeof(replace(s, 'a', 'b')), arrow_typeof(trim(s)), arrow_typeof(reverse(s)), arrow_typeof(lpad(s, 3)), arrow_typeof(regexp_replace(s, 'a', 'b')), arrow_typeof(split_part(s, 'a', 1)), arrow_typeof(translate(s, 'a', 'b')), arrow_typeof(initcap(s)) from w limit 1;
select upper(arrow_cast('abc', 'LargeUtf8'));
select upper(arrow_cast('abc', 'Utf8View'));
select upper(arrow_cast('abc', 'Dictionary(Int32, Utf8)'));
select arrow_typeof(upper(arrow_cast('abc', 'LargeUtf8')));
select arrow_typeof(concat(arrow_cast('abc', 'LargeUtf8'), 'a'));
select arrow_typeof(length(arrow_cast('abc', 'LargeUtf8')));
select arrow_typeof(upper(arrow_cast('abc', 'Dictionary(Int32, Utf8)')));
select upper(1);
select length(123);
select concat(1, 2);
select reverse(12);
select lower('ÀÉÎ'), upper('straße'), initcap('hello wORLD foo-bar'), reverse('äbc');
select substr('hello', 2, 0), substr('hello', -1, 3), substr('hello', 5, 10), substr('', 1, 1);
select split_part('a.b.c', '.', 2);
select split_part('a.b.c', '', 1);
select split_part(null, '.', 1);
select rpad('hi', 5, 'xyz'), lpad('hi', 5, 'xyz'), lpad('hello', 2), rpad(null, 3);
select strpos('alphabet', 'ph'), strpos('', 'a'), position('z' in 'abc'), position('' in 'abc');
select s collate "C" from w;
select unnest(string_to_array('a,b,c', ','));
select array_to_string(string_to_array('a b c', ' '), '-');
-- error
select split_part('a', ',', 0);
-- error
select substr('hello', 1, -1);
-- error
select chr(-1);
-- error
select regexp_match('a', '(');
-- error
select 'a' ~ '[';
-- error
select encode('a', 'nope');
-- error
select decode('zz', 'hex');
-- error
select digest('a', 'nope');
-- error
select length();
-- error
select substr('a');
-- error
select 'a' like 1 + 1;
-- error
select 'a' like 'a' escape 'x';
-- error
select repeat('a');
-- error
select upper(1, 2);
select regexp_like('a', '\u{61}'), regexp_like('é', '^\u00e9$'), regexp_like('a', 'A', 'iu'), regexp_replace('a-b', '\u{2d}', '+');
-- error
select 'unterminated;
