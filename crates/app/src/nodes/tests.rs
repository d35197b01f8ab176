//! Who is taken for alive. The story of several nodes is in `testkit/tests/nodes.rs`.

use super::*;

const ME: NodeId = NodeId(1);

fn node(id: i64, beat: i64) -> Node {
    let about = About { name: format!("node-{id}"), roles: vec![Role::Gateway], ..About::default() };
    Node { number: u16::try_from(id).unwrap(), id: NodeId(id), about, beat }
}

fn alive(view: &View) -> Vec<NodeId> {
    let mut ids: Vec<NodeId> =
        view.others.values().filter(|other| other.lives(view.read_at)).map(|other| other.node.id).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn whose_beat_stands_still_is_dead_and_later_buried() {
    let mut view = View::default();
    for second in 0..=4 {
        let buried = view.see(ME, vec![node(1, second), node(2, second), node(3, 7)], second * 1_000);
        assert_eq!((alive(&view), buried), (vec![NodeId(2), NodeId(3)], vec![]));
    }
    let beside: Vec<NodeId> = view.beside().map(|node| node.id).collect();
    assert_eq!(beside, [NodeId(2)], "3 was never seen to move");
    for second in 5..=60 {
        let buried = view.see(ME, vec![node(2, second), node(3, 7)], second * 1_000);
        assert_eq!((alive(&view), buried), (vec![NodeId(2)], vec![]));
    }
    assert_eq!(view.see(ME, vec![node(2, 61), node(3, 7)], 61_000), [node(3, 7)]);
    // It was frozen only.
    view.see(ME, vec![node(2, 62), node(3, 8)], 62_000);
    assert_eq!(alive(&view), [NodeId(2), NodeId(3)]);
    view.see(ME, vec![], 63_000);
    assert_eq!(alive(&view), []);
}

#[test]
fn who_was_frozen_or_without_a_database_concludes_nothing() {
    let mut view = View::default();
    view.see(ME, vec![node(2, 1)], 1_000);
    let buried = view.see(ME, vec![node(2, 1)], 600_000);
    assert_eq!((alive(&view), buried), (vec![NodeId(2)], vec![]));
    // A clock that is set back, too.
    view.see(ME, vec![node(2, 1)], 1_000);
    assert_eq!(alive(&view), [NodeId(2)]);
}
