//! Sums and maxima of any number of values.

use super::*;

#[test]
fn every_value_counts_once_whatever_their_number() {
    for count in 0..100 {
        let values: Vec<f64> = (1..=count).map(f64::from).collect();
        let sum = lane_reduce(&values, 0.0, |sum, x| sum + x, |a, b| a + b);
        assert_eq!(sum, f64::from(count * (count + 1) / 2), "1 to {count}");
        let least = lane_reduce(&values, 7.0, f64::min, f64::min);
        assert_eq!(least, if count == 0 { 7.0 } else { 1.0 });
        let greatest = lane_reduce(&values, 7.0, f64::max, f64::max);
        assert_eq!(greatest, f64::from(count.max(7)));
    }
}
