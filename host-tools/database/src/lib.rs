//! One layer over SQLite and PostgreSQL (数据库层): one file that needs nothing installed, or one server that several machines share;
//! the same statements, migrations and tests for both.
#![forbid(unsafe_code)]
