//! The layout of panels.

use super::{Shipped, list, shipped, text};
use serde_json::Value;

/// Columns of Grafana's grid.
const COLUMNS: u64 = 24;

/// x, y, width, height.
fn position(panel: &Value) -> [u64; 4] {
    ["x", "y", "w", "h"].map(|side| panel["gridPos"][side].as_u64().expect("a whole number"))
}

/// Fails when panels that are visible at the same time overlap, or leave a gap in a line.
fn check(shipped: &Shipped, panels: &[&Value], bottom: u64) {
    for (index, panel) in panels.iter().enumerate() {
        let (place, [x, y, w, h]) = (shipped.place(panel), position(panel));
        assert!(w > 0 && h > 0 && x + w <= COLUMNS, "{place}: {x} + {w}");
        for other in &panels[..index] {
            let [x2, y2, w2, h2] = position(other);
            let apart = x + w <= x2 || x2 + w2 <= x || y + h <= y2 || y2 + h2 <= y;
            assert!(apart, "{place} and {}", text(other, "title"));
        }
    }
    let area: u64 = panels.iter().map(|panel| position(panel)).map(|[_, _, w, h]| w * h).sum();
    let top = panels.iter().map(|panel| position(panel)[1]).min().expect("panels");
    assert_eq!(area, (bottom - top) * COLUMNS, "{}: a hole", shipped.file);
}

/// Grid rows that are visible at 1400 × 900 pixels without scrolling.
const FIRST_SCREEN: u64 = 21;

/// The first screen has no heading. Its first lines are small numbers, and the panels that explain them are visible
/// below without scrolling.
fn check_first_screen(shipped: &Shipped, top: &[&Value]) {
    let file = &shipped.file;
    let (data, numbers): (Vec<&Value>, Vec<&Value>) = top.iter().take(7).partition(|panel| {
        ["data-status", "endpoint-status"].contains(&text(&panel["targets"][0], "queryType"))
    });
    assert_eq!(data.len(), 1, "{file}: what is wrong with the data");
    for number in numbers {
        assert_eq!(number["type"], "stat", "{}", shipped.place(number));
        let [_, y, _, h] = position(number);
        assert!(y + h <= 4, "{}", shipped.place(number));
    }
    let first: Vec<&&Value> = top.iter().take_while(|panel| panel["type"] != "row").collect();
    let end = bottom(&first.iter().map(|panel| **panel).collect::<Vec<_>>());
    assert!((16..=FIRST_SCREEN).contains(&end), "{file}: {end}");
    assert!(first.len() >= 9, "{file}: what is behind the numbers");
}

fn bottom(panels: &[&Value]) -> u64 {
    panels.iter().map(|panel| position(panel)).map(|[_, y, _, h]| y + h).max().expect("panels")
}

#[test]
fn panels_fill_the_grid_and_do_not_overlap() {
    for shipped in shipped() {
        let top: Vec<&Value> = list(&shipped.json, "panels").collect();
        check(&shipped, &top, bottom(&top));
        for row in top.iter().filter(|panel| panel["type"] == "row") {
            let inside: Vec<&Value> = list(row, "panels").collect();
            assert_eq!(row["collapsed"] == true, !inside.is_empty(), "{}", shipped.place(row));
            if !inside.is_empty() {
                check(&shipped, &inside, bottom(&inside));
                let below = position(row)[1] + 1;
                assert!(inside.iter().all(|panel| position(panel)[1] >= below));
            }
        }
    }
}

#[test]
fn rows_start_with_failures_and_end_with_details() {
    for shipped in shipped() {
        let top: Vec<&Value> = list(&shipped.json, "panels").collect();
        let order: Vec<[u64; 2]> =
            top.iter().map(|panel| position(panel)).map(|[x, y, ..]| [y, x]).collect();
        assert!(order.is_sorted(), "{}: in reading order", shipped.file);
        let rows: Vec<&&Value> = top.iter().filter(|panel| panel["type"] == "row").collect();
        for row in &rows {
            let [x, _, w, h] = position(row);
            assert_eq!([x, w, h], [0, COLUMNS, 1], "{}", shipped.place(row));
        }
        for row in rows.iter().filter(|row| row["collapsed"] == false) {
            assert!(text(row, "title").ends_with('?'), "{}: a question", shipped.place(row));
        }
        check_first_screen(&shipped, &top);
        // Only secondary panels are in collapsed rows.
        let collapsed = rows.iter().filter(|row| row["collapsed"] == true).count();
        assert!(collapsed <= 1 && rows[rows.len() - 1]["collapsed"] == (collapsed == 1));
    }
}
