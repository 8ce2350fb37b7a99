-- Structs and maps: access, comparison, casts.
create table st(id int, s struct<a int, b varchar>) as values (1, {a: 1, b: 'x'}), (2, {a: 2, b: null}), (3, null);
create table ns as select 1 id, {'x': {'y': 1, 'z': [1,2]}, 'w': 'q'} s;
create table mt as select * from (values (1, map {'a': 1, 'b': 2}), (2, map {'c': null}), (3, null), (4, map {})) v(id, m);
create table mt2 as select * from (values (1, map {'a': 1, 'b': 2}), (2, map {'c': null}), (3, null)) v(id, m);
select * from st order by id;
select s.a, s.b, s['a'], st.s.a from st order by id;
-- differs: the peer refuses this
select (s).a, (st.s).b from st order by id;
select s['nope'] from st;
select s.nope from st;
select s[1] from st;
select get_field(s, 'a'), get_field(s, 'b') from st order by id;
select get_field(s, 'x', 'y'), s.x.y, s['x']['z'][1], s.x.z[2] from ns;
select struct(1, 'a', true), row(1, 2), named_struct('p', 1, 'q', [1]), {'k': 1, 'l': {'m': 2}}, {k: 1}, struct(1 as a, 2 as b);
select struct(id as i, s) from st order by id;
select arrow_typeof(struct(1, 'a')), arrow_typeof(named_struct('x', 1.5)), arrow_typeof({'k': null}), arrow_typeof(row(1,2));
select named_struct('a');
select named_struct(1, 2);
select named_struct();
select struct();
select s.* from st order by id;
select unnest(s) from st order by id;
select unnest(struct(1,2));
select unnest({'a': 1, 'b': 'x'});
select s = {a: 1, b: 'x'}, s < {a: 2, b: 'x'}, s is null, s <> s from st order by id;
select id from st order by s;
select id from st order by s desc;
select s, count(*) from st group by s order by s;
select distinct s.a from st order by 1;
select cast({'a': 1} as struct<a varchar>), cast({'a': '5'} as struct<a int>), {'a': 1}::struct<a double>;
select cast({'a': 1, 'b': 2} as struct<b int, a int>);
-- differs: the peer refuses this
select cast(struct(1,2) as struct<x int, y int>);
select arrow_cast({'a': 1}, 'Struct("a": Int32)'), arrow_typeof(arrow_cast({'a': 1}, 'Struct("a": Int32)'));
select {'a': 1}::varchar, s::varchar from st order by id;
select case when id = 1 then {'a': 1} else {'a': 2} end from st order by id;
select coalesce(s, {a: 9, b: 'n'}) from st order by id;
select [{'a': 1}, {'a': 2}][1]['a'], [{'a': 1}, {'a': 2}];
-- differs: the peer refuses this
select [{'a': 1}, {'b': 2}];
-- differs: the peer refuses this
select {'a': 1} = {'a': 1}, {'a': 1} < {'a': 2}, {'a': 1} = {'b': 1};
select struct(1,2) = struct(1,2), struct(1,null) = struct(1,null), struct(1, 2) < struct(1, 3), row('a', 1) = row('a', 2);
select (1, 2) = (1, 2), (1, 2) < (1, 3), (id, id) = (1, 1) from st order by id;
select (1,2);
select id from st where s in ({a: 1, b: 'x'});
select id from st where (id, s.a) in ((1,1),(2,3));
select max(s.a), min(s.b), count(s) from st;
select array_agg(s) from st;
select array_agg(s order by id) from st;
values ({'a': 1}), ({'a': 2.5});
-- differs: the first row's order of fields
values ({'a': 1, 'b': 'x'}), ({'b': 'y', 'a': 2});
select {'a': 1} union all select {'a': 2};
select s.a + 1 as q, length(s.b) from st order by id;
select struct_extract(s, 'a') from st;
-- differs: the peer refuses this
select row(1,2)['c0'], struct(1,2).c1;
select map {'a': 1}, map(['a','b'],[1,2]), make_map('a', 1), map([1,2],['x','y']), map {1: 'a', 2: 'b'};
-- differs: only the column's name
select map {'a': 1}['a'], map {'a': 1}['z'], (map {1: 'a'})[1], (map([1.5],[2]))[1.5];
select map(['a','a'],[1,2]);
select map([null],[1]);
select map([1,2],[1]);
select make_map('a', 1, 'b');
select make_map('a', 1, 'b', 2), map(make_array('a','b'), make_array(1, null)), map([],[]), map {};
select m['a'], m['b'], m['c'] from mt2 order by id;
select map_keys(m), map_values(m), map_entries(m), map_extract(m, 'a'), element_at(m, 'c'), cardinality(m) from mt2 order by id;
select m, arrow_typeof(m) from mt2 order by id;
select map_keys(map {'a': 1}), map_values(map {'a': null}), map_entries(map {'k': [1]}), cardinality(map {'a': 1, 'b': 2}), cardinality(map {});
select map_extract(map {'a': 1}, 'b'), map_extract(map {'a': 1}, null), map_extract(map {1: 'x'}, 1), element_at(map {'a': [1,2]}, 'a');
select map {'a': {'b': 1}}['a']['b'], map {'a': [1,2]}['a'][2];
select map([[1],[2]],['a','b']), map {[1]: 2};
select map {'a': 1} = map {'a': 1};
select m from mt2 where m['a'] = 1;
select m::varchar from mt2 order by id;
select map {'a': 1, 'b': 'x'};
select map {'a': 1, 2: 3};
select arrow_typeof(map {'a': 1}), arrow_typeof(map([1],['a']));
select map(['k'], [arrow_cast(5, 'Int8')]), arrow_typeof(map(['k'], [arrow_cast(5, 'Int8')]));
select id, unnest(map_keys(m)) from mt2 order by 1, 2;
-- differs: the peer refuses this
select unnest(m) from mt2;
select count(distinct m) from mt2;
select m, count(*) from mt2 group by m;
select map_from_entries([{'a': 1}]);
select map(array_agg(id), array_agg(s.b)) from st where id < 2;
select map {'x': timestamp '2020-01-01', 'y': null};
select map_extract(m, 'a')[1] from mt2 order by id;
select union_extract(1, 'a');
create table u1 as select arrow_cast(1, 'Int64') as x;
select arrow_typeof(arrow_cast(map {'a': 1}, 'Map(Field { name: "entries", data_type: Struct([Field { name: "key", data_type: Utf8, nullable: false, dict_id: 0, dict_is_ordered: false, metadata: {} }, Field { name: "value", data_type: Int64, nullable: true, dict_id: 0, dict_is_ordered: false, metadata: {} }]), nullable: false, dict_id: 0, dict_is_ordered: false, metadata: {} }, false)'));
select describe from (select 1 describe);
describe st;
describe mt2;
-- differs: the peer refuses this
create table st2(a struct<x int, y struct<z varchar>>, b int[], c map<varchar, int>);
-- differs: the peer refuses this
describe st2;
-- differs: the peer refuses this
insert into st2 values ({x: 1, y: {z: 'q'}}, [1,2], map {'a': 1});
-- differs: the peer refuses this
select a.y.z, a['y'], b[1], c['a'] from st2;
-- differs: the peer refuses this
create table st3(a struct<x int, y int>) as values (struct(1, 2)), (struct(3, 4));
-- differs: the peer refuses this
select * from st3;
create table st4 as values (struct('a', 1)), (struct('b', 2));
select column1['c0'], column1.c1 from st4;
select t.column1.c0 from st4 t order by 1;
select * from st4 where column1.c1 > 1;
-- differs: the peer refuses this
update st3 set a = {x: 9, y: 9};
-- differs: the peer refuses this
select * from st3;
