//! Arguments of a statement, in the few types both engines share.

use sqlx::Arguments;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;

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

/// Rows for `rows($n: …)`: JSON objects whose keys are the columns.
impl IntoValue for serde_json::Value {
    fn into_value(self) -> Value {
        Value::Text(Some(self.to_string()))
    }
}

macro_rules! encode {
    ($name:ident, $arguments:ty) => {
        pub(crate) fn $name(values: Vec<Value>) -> Result<$arguments, sqlx::Error> {
            let mut arguments = <$arguments>::default();
            for value in values {
                match value {
                    Value::Int(v) => arguments.add(v),
                    Value::Real(v) => arguments.add(v),
                    Value::Text(v) => arguments.add(v),
                    Value::Bytes(v) => arguments.add(v),
                }
                .map_err(sqlx::Error::Encode)?;
            }
            Ok(arguments)
        }
    };
}

encode!(for_sqlite, SqliteArguments);
encode!(for_postgres, PgArguments);
