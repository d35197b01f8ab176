//! When work is tried again.

use super::backoff_ms;

#[test]
fn it_is_tried_again_later_and_later() {
    assert_eq!([1, 2, 3, 4].map(backoff_ms), [5_000, 10_000, 20_000, 40_000]);
    assert_eq!([11, 60, i64::MAX, 0].map(backoff_ms), [3_600_000, 3_600_000, 3_600_000, 5_000]);
}
