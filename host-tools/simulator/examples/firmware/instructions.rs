use crate::Failure;
pub fn run() -> Result<(), Failure> {
    Ok(())
}
