//! Arguments of a statement, in the few types both engines share.

use sqlx::Arguments;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;

use crate::statement::{Kind, Rows};

/// One argument. NULL keeps its type: PostgreSQL wants to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// BIGINT.
    Int(Option<i64>),
    /// Double.
    Real(Option<f64>),
    /// TEXT.
    Text(Option<String>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
    /// For `rows($n: …)`: an array of objects whose keys are the columns.
    Rows(serde_json::Value),
}

/// What can be an argument.
pub trait IntoValue {
    /// The argument.
    fn into_value(self) -> Value;
}

macro_rules! into {
    ($($from:ty => $variant:ident($convert:expr)),+ $(,)?) => {$(
        impl IntoValue for $from {
            fn into_value(self) -> Value { Value::$variant(Some($convert(self))) }
        }
        impl IntoValue for Option<$from> {
            fn into_value(self) -> Value { Value::$variant(self.map($convert)) }
        }
    )+};
}

into! {
    i64 => Int(|v| v),
    bool => Int(i64::from),
    f64 => Real(|v| v),
    String => Text(|v| v),
    &str => Text(str::to_owned),
    Vec<u8> => Bytes(|v| v),
    &[u8] => Bytes(<[u8]>::to_vec),
}

impl IntoValue for serde_json::Value {
    fn into_value(self) -> Value {
        Value::Rows(self)
    }
}

macro_rules! add {
    ($arguments:ident, $value:expr) => {
        match $value {
            Value::Int(v) => $arguments.add(v),
            Value::Real(v) => $arguments.add(v),
            Value::Text(v) => $arguments.add(v),
            Value::Bytes(v) => $arguments.add(v),
            Value::Rows(rows) => $arguments.add(rows.to_string()),
        }
        .map_err(sqlx::Error::Encode)?
    };
}

pub(crate) fn for_sqlite(values: Vec<Value>) -> Result<SqliteArguments, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        add!(arguments, value);
    }
    Ok(arguments)
}

/// `tables`: those of the statement, which become texts, each an array of arrays in the order of its columns.
pub(crate) fn with_tables_as_text(mut values: Vec<Value>, tables: &[Rows]) -> Vec<Value> {
    for table in tables {
        let Some(value) = values.get_mut(table.argument - 1) else { continue };
        if let Value::Rows(rows) = value {
            *value = Value::Text(Some(as_arrays(rows, &table.columns)));
        }
    }
    values
}

fn as_arrays(rows: &serde_json::Value, columns: &[(&str, Kind)]) -> String {
    use serde_json::Value::Null;
    use std::fmt::Write as _;
    let mut text = String::from("[");
    for row in rows.as_array().into_iter().flatten() {
        for (place, (name, _)) in columns.iter().enumerate() {
            let before = if place > 0 {
                ","
            } else if text.len() > 1 {
                ",["
            } else {
                "["
            };
            let _ = write!(text, "{before}{}", row.get(name).unwrap_or(&Null)); // A String takes all.
        }
        text.push(']');
    }
    text.push(']');
    text
}

/// `tables`: those of the statement, whose first columns stand in their places and whose others follow.
pub(crate) fn for_postgres(values: Vec<Value>, tables: &[Rows]) -> Result<PgArguments, sqlx::Error> {
    let mut arguments = PgArguments::default();
    let mut rest = vec![Vec::new(); tables.len()];
    for (n, value) in values.into_iter().enumerate() {
        match (value, tables.iter().position(|table| table.argument == n + 1)) {
            (Value::Rows(rows), Some(table)) => {
                let mut columns = tables[table].columns.iter().map(|column| array(&rows, column));
                columns.next().transpose()?.unwrap_or(Array::Text(Vec::new())).add_to(&mut arguments)?;
                rest[table] = columns.collect::<Result<_, _>>()?;
            }
            (value, _) => add!(arguments, value),
        }
    }
    for array in rest.into_iter().flatten() {
        array.add_to(&mut arguments)?;
    }
    Ok(arguments)
}

/// One column of many rows.
#[derive(Clone, Debug, PartialEq)]
enum Array {
    BigInt(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
}

impl Array {
    fn add_to(self, arguments: &mut PgArguments) -> Result<(), sqlx::Error> {
        match self {
            Self::BigInt(values) => arguments.add(values),
            Self::Text(values) => arguments.add(values),
        }
        .map_err(sqlx::Error::Encode)
    }
}

fn array(rows: &serde_json::Value, (name, kind): &(&str, Kind)) -> Result<Array, sqlx::Error> {
    use serde_json::Value::{Null, String as Text};
    let cells = rows.as_array().into_iter().flatten().map(|row| row.get(name).unwrap_or(&Null));
    match kind {
        Kind::BigInt => {
            let number = |cell: &serde_json::Value| match cell {
                Null => Ok(None),
                other => match other.as_i64() {
                    Some(number) => Ok(Some(number)),
                    None => Err(sqlx::Error::Encode(format!("{name} is no number of 64 bits").into())),
                },
            };
            cells.map(number).collect::<Result<_, _>>().map(Array::BigInt)
        }
        Kind::Text => {
            let text = |cell: &serde_json::Value| match cell {
                Null => None,
                Text(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
            Ok(Array::Text(cells.map(text).collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_become_an_array_of_arrays() {
        let rows = json!([{ "text": "\"a\"\n", "id": 1 }, { "text": null }, { "id": 9_007_199_254_740_993_i64, "text": true, "x": 0 }]);
        let columns = [("id", Kind::BigInt), ("text", Kind::Text)];
        assert_eq!(as_arrays(&rows, &columns), r#"[[1,"\"a\"\n"],[null,null],[9007199254740993,true]]"#);
        assert_eq!(as_arrays(&json!([]), &columns), "[]");
        let tables = [Rows { argument: 2, columns: columns.into() }];
        let values = with_tables_as_text(vec![Value::Rows(json!([1])), Value::Rows(json!([{ "id": 2 }]))], &tables);
        assert_eq!(values, [Value::Rows(json!([1])), Value::Text(Some("[[2,null]]".into()))]);
    }

    #[test]
    fn rows_become_an_array_for_each_column() {
        let rows = json!([{ "id": 9_007_199_254_740_993_i64, "text": "a" }, { "text": null }, { "id": null, "text": { "b": 1 } }]);
        let column = |name, kind| array(&rows, &(name, kind));
        let ids = column("id", Kind::BigInt).unwrap();
        assert_eq!(ids, Array::BigInt(vec![Some(9_007_199_254_740_993), None, None]));
        let texts = column("text", Kind::Text).unwrap();
        assert_eq!(texts, Array::Text(vec![Some("a".into()), None, Some("{\"b\":1}".into())]));
        assert!(column("text", Kind::BigInt).is_err());
        assert_eq!(array(&json!([]), &("id", Kind::BigInt)).unwrap(), Array::BigInt(vec![]));
    }
}
