-- Structs, maps, unions, dictionaries, other types.
-- setup
create table s as select * from (values (1, {'a': 1, 'b': 'x'}), (2, {'a': 2, 'b': null}), (3, null)) v(id, st);
create table m as select * from (values (1, map(['a', 'b'], [1, 2])), (2, map(['c'], [3])), (3, null)) v(id, mp);
create table n as select {'p': {'q': [1, 2]}, 'r': 'z'} as deep;
-- statements
select {'a': 1, 'b': 'x'};
select struct(1, 'a', true);
select named_struct('x', 1, 'y', 'z');
select struct(1 as a, 'b' as b);
select row(1, 'a');
select st from s order by id;
select st['a'] from s order by id;
select st['b'] from s order by id;
select st.a from s order by id;
select s.st.a from s order by id;
select s.st['a'] as q from s order by id;
select get_field(st, 'a') from s order by id;
select id from s where st['a'] = 2;
select id from s where st is null;
select id from s where st.a > 1;
select id from s where st = {'a': 1, 'b': 'x'};
select st['a'] + 1 as a1, upper(st['b']) as ub from s order by id;
select max(st['a']), sum(st.a), count(st) from s;
select st['a'] as a, count(*) from s group by st['a'] order by a;
select st, count(*) from s group by st;
select distinct st from s;
select {'a': id, 'b': {'c': id * 2}} from s order by id;
select {'a': 1}['a'];
select {'a': {'b': 5}}['a']['b'];
select struct(1, 2)['c0'];
select struct(1, 2)['c1'];
select deep['p']['q'][1] from n;
select deep['r'] from n;
select deep.r from n;
select deep['p'] from n;
select deep.p.q from n;
select named_struct('l', [1, 2])['l'][2];
select arrow_typeof(st), arrow_typeof({'a': 1, 'b': 2.5}), arrow_typeof(st['b']) from s limit 1;
select {'a': 1} = {'a': 1}, {'a': 1} = {'a': 2}, {'a': 1} < {'a': 2}, {'a': null} = {'a': null};
select [{'a': 1}, {'a': 2}], [{'a': 1}, {'a': 2}][2]['a'];
select cast({'a': 1} as struct<a double>);
select arrow_cast({'a': 1}, 'Struct("a": Int32)');
select unnest(st) from s order by 1;
select unnest({'x': 1, 'y': 'b'});
select id, unnest(st) from s where id < 3 order by id;
select unnest([{'a': 1}, {'a': 2}]);
select st.* from s;
select case when id = 1 then st else {'a': 9, 'b': 'n'} end from s order by id;
select coalesce(st, {'a': 0, 'b': ''}) from s order by id;
select array_agg(st order by id) from s;
select {'a': 1} union all select {'a': 2};
select s1.id from s s1 join s s2 on s1.st = s2.st order by 1;
select id from s order by st, id;
select {'b': 1, 'a': 2}, named_struct('A', 1)['A'];
select map {'a': 1, 'b': 2};
select map(['k1', 'k2'], [10, 20]);
select map([1, 2], ['a', 'b']);
select map([], []);
select make_map('a', 1, 'b', 2);
select map {'a': 1}['a'];
select map {'a': 1}['zz'];
select map(['k'], [null])['k'];
select mp['a'] from m order by id;
select mp['c'] from m order by id;
select map_keys(mp) from m order by id;
select map_values(mp) from m order by id;
select map_entries(mp) from m order by id;
select map_extract(mp, 'a') from m order by id;
select element_at(mp, 'c') from m order by id;
select cardinality(mp) from m order by id;
select cardinality(map {'a': 1, 'b': 2}) from m order by id;
select id from m where mp['a'] = 1;
select arrow_typeof(map {'a': 1});
select arrow_typeof(map_keys(map {'a': 1}));
select arrow_typeof(map_values(map {'a': 1}));
select arrow_typeof(map {'a': 1}['a']);
select arrow_typeof(map_entries(map {'a': 1}));
select map {'a': [1, 2], 'b': []};
select map {'x': {'y': 1}};
-- differs: only the column's name
select map {1: 'a', 2: 'b'}[2];
select map_keys(map([], []));
select map_values(map {'a': null});
select unnest(map_keys(map {'a': 1, 'b': 2}));
select union_extract(x, 'a') from (select 1 as x) where false;
select arrow_cast('a', 'Dictionary(Int32, Utf8)'), arrow_cast('a', 'Dictionary(Int8, Utf8)') = 'a';
select d, count(*) from (select arrow_cast(column1, 'Dictionary(Int32, Utf8)') as d from (values ('x'), ('y'), ('x'), (null))) group by d;
select min(d), max(d), count(distinct d) from (select arrow_cast(column1, 'Dictionary(Int32, Utf8)') as d from (values ('x'), ('y'), ('x'), (null)));
select d from (select arrow_cast(column1, 'Dictionary(Int32, Utf8)') as d from (values ('x'), ('y'), ('x'), (null))) where d = 'x';
select d || 'z' from (select arrow_cast(column1, 'Dictionary(Int32, Utf8)') as d from (values ('x'), ('y'), (null)));
select length(d) from (select arrow_cast(column1, 'Dictionary(Int32, Utf8)') as d from (values ('x'), ('y'), (null)));
select d from (select arrow_cast(column1, 'Dictionary(Int32, Utf8)') as d from (values ('b'), ('a'), (null))) order by d;
select x'0102';
select x'';
select octet_length(x'0102');
select x'01' = x'01';
select x'01' < x'02';
-- differs: text becomes bytes of a fixed size too
select arrow_cast('ab', 'FixedSizeBinary(2)');
select arrow_cast('ab', 'Binary') = arrow_cast('ab', 'Binary');
select b, count(*) from (values (x'01'), (x'01'), (x'02'), (null)) v(b) group by b;
select b from (values (x'02'), (x'01'), (null)) v(b) order by b;
select max(b), min(b) from (values (x'02'), (x'01'), (null)) v(b);
select arrow_cast(1.5, 'Float16');
select arrow_typeof(arrow_cast(1.5, 'Float16'));
select arrow_cast(5, 'Decimal32(5, 2)'), arrow_cast(5, 'Decimal64(10, 2)'), arrow_cast(5, 'Decimal256(50, 2)');
select arrow_cast(5, 'Decimal256(50, 2)') + arrow_cast(1, 'Decimal256(50, 2)');
select sum(x) from (select arrow_cast(column1, 'Decimal256(50, 2)') as x from (values (1.5), (2.25)));
select arrow_cast('2020-01-01', 'Date64'), arrow_typeof(arrow_cast('2020-01-01', 'Date64'));
select null, arrow_typeof(null), null is null, coalesce(null, null);
select version() is not null;
select arrow_metadata(1) is null;
-- error
select st['zzz'] from s;
-- error
select st.zzz from s;
-- error
select {'a': 1, 'a': 2};
-- error
select named_struct('a');
-- error
select map(['a'], [1, 2]);
-- error
select map(['a', 'a'], [1, 2]);
-- error
select map([null], [1]);
-- error
select 1['a'];
-- error
select {'a': 1} + 1;
-- error
select struct();
