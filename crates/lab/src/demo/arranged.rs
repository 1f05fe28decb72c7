//! A table's fields and rows in the order of its panel.

use frame::{Cell, Field, Frame};
use serde_json::Value;
use std::cmp::Ordering;

/// The frame after the panel's transformations, overrides and sort order.
pub(super) fn arranged(frame: &Frame, panel: &Value) -> Frame {
    let mut frame = frame.clone();
    for transformation in panel["transformations"].as_array().into_iter().flatten() {
        let options = &transformation["options"];
        match transformation["id"].as_str() {
            Some("organize") => organize(&mut frame, options),
            Some("groupingToMatrix") => matrix(&mut frame, options),
            Some("filterByValue") => filter(&mut frame, options),
            _ => {}
        }
    }
    for rule in panel["fieldConfig"]["overrides"].as_array().into_iter().flatten() {
        override_titles(&mut frame, rule);
    }
    sort(&mut frame, &panel["options"]["sortBy"]);
    frame
}

/// The name that Grafana shows for a field.
pub(super) fn title(field: &Field) -> &str {
    let config = &field.config;
    let names = [&config.display_name, &config.display_name_from_ds, &field.name];
    names.into_iter().find(|name| !name.is_empty()).map_or("", String::as_str)
}

/// Removes excluded fields and orders the others; fields without an index come last.
fn organize(frame: &mut Frame, options: &Value) {
    let excluded = |field: &Field| {
        [title(field), &field.name].into_iter().any(|name| options["excludeByName"][name] == true)
    };
    frame.fields.retain(|field| !excluded(field));
    let place = |field: &Field| options["indexByName"][title(field)].as_u64().unwrap_or(u64::MAX);
    frame.fields.sort_by_key(place);
}

/// Makes a row per value of one field and a column per value of another.
fn matrix(frame: &mut Frame, options: &Value) {
    let field = |member: &str| {
        let name = options[member].as_str().unwrap_or_default();
        frame.fields.iter().find(|field| title(field) == name)
    };
    let (Some(columns), Some(rows), Some(values)) =
        (field("columnField"), field("rowField"), field("valueField"))
    else {
        return;
    };
    let (mut names, mut of_rows) = (Vec::new(), Vec::new());
    for (column, row) in columns.cells().zip(rows.cells()) {
        if let Cell::Text(column) = column
            && !names.contains(&column)
        {
            names.push(column);
        }
        if !of_rows.contains(&row) {
            of_rows.push(row);
        }
    }
    let mut fields = vec![Field::text(
        &format!("{}\\{}", title(rows), title(columns)),
        of_rows.iter().map(|row| if let Cell::Text(text) = row { Some(*text) } else { None }),
    )];
    for name in names {
        let numbers = of_rows.iter().map(|row| {
            let mut cells = columns.cells().zip(rows.cells()).zip(values.cells());
            let found = cells.find(|((column, of), _)| *column == Cell::Text(name) && of == row);
            match found {
                Some((_, Cell::Integer(number))) => Some(number),
                _ => None,
            }
        });
        fields.push(Field::integer(name, numbers));
    }
    frame.fields = fields;
}

/// Keeps the rows in which some field equals a text. The dashboards use no other form of this transformation.
fn filter(frame: &mut Frame, options: &Value) {
    let filters = options["filters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let passes = |row: &usize| {
        filters.iter().any(|filter| {
            let wanted = filter["config"]["options"]["value"].as_str().unwrap_or_default();
            let field = frame.fields.iter().find(|field| filter["fieldName"] == title(field));
            field.is_some_and(|field| field.cell(*row) == Cell::Text(wanted))
        })
    };
    let rows: Vec<usize> = (0..frame.rows()).filter(passes).collect();
    frame.fields = frame.fields.iter().map(|field| field.picked(&rows)).collect();
}

fn override_titles(frame: &mut Frame, rule: &Value) {
    let matcher = &rule["matcher"];
    for property in rule["properties"].as_array().into_iter().flatten() {
        let (Some("displayName"), Some(name)) =
            (property["id"].as_str(), property["value"].as_str())
        else {
            continue;
        };
        let meant = matcher["options"].as_str().unwrap_or_default();
        for field in &mut frame.fields {
            let is_meant = match matcher["id"].as_str() {
                Some("byName") => field.name == meant || title(field) == meant,
                Some("byFrameRefID") => frame.ref_id == meant,
                _ => false,
            };
            // A name with a variable is made anew for each row, so it can't be a title.
            if is_meant && !name.contains('$') {
                name.clone_into(&mut field.config.display_name);
            }
        }
    }
}

/// Sorts rows as the table does when it is opened.
fn sort(frame: &mut Frame, by: &Value) {
    let mut rows: Vec<usize> = (0..frame.rows()).collect();
    // Sorting is stable, so the most important key is sorted by last.
    for order in by.as_array().into_iter().flatten().rev() {
        let name = order["displayName"].as_str().unwrap_or_default();
        let Some(field) = frame.fields.iter().find(|field| title(field) == name) else { continue };
        let descending = order["desc"] == true;
        rows.sort_by(|left, right| {
            let order = compare(field.cell(*left), field.cell(*right));
            if descending { order.reverse() } else { order }
        });
    }
    if !rows.is_sorted() {
        frame.fields = frame.fields.iter().map(|field| field.picked(&rows)).collect();
    }
}

fn compare(left: Cell<'_>, right: Cell<'_>) -> Ordering {
    match (left, right) {
        (Cell::Text(left), Cell::Text(right)) => left.to_lowercase().cmp(&right.to_lowercase()),
        (Cell::Integer(left), Cell::Integer(right)) | (Cell::Time(left), Cell::Time(right)) => {
            left.cmp(&right)
        }
        (Cell::Number(left), Cell::Number(right)) => left.total_cmp(&right),
        (Cell::Bool(left), Cell::Bool(right)) => left.cmp(&right),
        (left, right) => (left != Cell::Null).cmp(&(right != Cell::Null)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use frame::FrameType;
    use serde_json::json;

    fn frame() -> Frame {
        let mut frame = Frame::new("sample", FrameType::Table);
        frame.fields = vec![
            Field::text("cluster", ["b", "a", "c"].map(Some).into_iter()),
            Field::text("state", [Some("Ready"), None, Some("Failing")].into_iter()),
            Field::integer("count", [2, 1, 3].map(Some).into_iter()),
            Field::text("id", ["x"; 3].map(Some).into_iter()),
        ];
        for (field, title) in frame.fields.iter_mut().zip(["Cluster", "State", "Count", "Id"]) {
            title.clone_into(&mut field.config.display_name);
        }
        frame
    }

    fn rows(frame: &Frame) -> Vec<String> {
        let row = |row| {
            let cells = frame.fields.iter().map(|field| match field.cell(row) {
                Cell::Text(text) => text.to_owned(),
                Cell::Integer(number) => number.to_string(),
                _ => "-".to_owned(),
            });
            cells.collect::<Vec<_>>().join(" ")
        };
        (0..frame.rows()).map(row).collect()
    }

    #[test]
    fn columns_are_left_out_ordered_and_renamed_and_rows_sorted() {
        let panel = json!({
            "transformations": [{ "id": "organize", "options": {
                "excludeByName": { "Id": true }, "indexByName": { "State": 0, "Cluster": 1 },
            } }],
            "fieldConfig": { "overrides": [
                { "matcher": { "id": "byName", "options": "count" }, "properties": [{ "id": "displayName", "value": "Number" }] },
                { "matcher": { "id": "byName", "options": "state" }, "properties": [{ "id": "custom.width", "value": 5 }] },
            ] },
            "options": { "sortBy": [{ "displayName": "Number", "desc": true }] },
        });
        let arranged = arranged(&frame(), &panel);
        let titles: Vec<&str> = arranged.fields.iter().map(title).collect();
        assert_eq!(titles, ["State", "Cluster", "Number"]);
        assert_eq!(rows(&arranged), ["Failing c 3", "Ready b 2", "- a 1"]);
    }

    #[test]
    fn the_first_order_counts_most() {
        let mut frame = frame();
        frame.fields[1] = Field::text("state", ["same"; 3].map(Some).into_iter());
        frame.fields[1].config.display_name = "State".to_owned();
        let by = json!([{ "displayName": "State", "desc": true }, { "displayName": "Cluster" }]);
        sort(&mut frame, &by);
        assert_eq!(rows(&frame), ["a same 1 x", "b same 2 x", "c same 3 x"]);
    }

    #[test]
    fn rows_with_a_text_are_kept() {
        let keep = |value: &str| {
            let filter = json!({ "fieldName": "State", "config": { "id": "equal", "options": { "value": value } } });
            let panel = json!({ "transformations": [{ "id": "filterByValue", "options": { "filters": [filter] } }] });
            rows(&arranged(&frame(), &panel))
        };
        assert_eq!(keep("Failing"), ["c Failing 3 x"]);
        assert!(keep("Unknown").is_empty());
    }

    #[test]
    fn rows_become_a_matrix() {
        let mut frame = Frame::new("counts", FrameType::NumericLong);
        frame.fields = vec![
            Field::text("kind", ["A", "A", "B"].map(Some).into_iter()),
            Field::text("state", ["Failing", "Ready", "Ready"].map(Some).into_iter()),
            Field::integer("count", [1, 2, 3].map(Some).into_iter()),
        ];
        let options = json!({ "rowField": "kind", "columnField": "state", "valueField": "count" });
        let panel =
            json!({ "transformations": [{ "id": "groupingToMatrix", "options": options }] });
        let matrix = arranged(&frame, &panel);
        let titles: Vec<&str> = matrix.fields.iter().map(title).collect();
        assert_eq!(titles, ["kind\\state", "Failing", "Ready"]);
        assert_eq!(rows(&matrix), ["A 1 2", "B - 3"]);
    }
}
