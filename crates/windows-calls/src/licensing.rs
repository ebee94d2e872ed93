//! Whether this Windows is genuine.

use std::ffi::c_void;
use std::io;
use std::time::Duration;

use windows::core::{GUID, HRESULT};

use crate::apartment::answered;
use crate::error_of;
use crate::library::{Function, Library};

/// Windows among the products that licensing knows.
static WINDOWS: GUID = GUID::from_u128(0x55c9_2734_d682_4d71_983e_d6ec_3f16_059f);

/// Its library, which servers without a desktop lack.
const LIBRARY: &str = "slwga.dll";

/// `HRESULT SLIsGenuineLocal(const SLID *, SL_GENUINE_STATE *, SL_NONGENUINE_UI_OPTIONS *)`
type IsGenuine = unsafe extern "system" fn(*const GUID, *mut i32, *mut c_void) -> HRESULT;

/// `SL_GENUINE_STATE`: 0 genuine, 1 no valid licence, 2 tampered with, 3 not known.
pub fn genuine_state(deadline: Duration) -> io::Result<u32> {
    answered("licensing", deadline, || {
        let library = Library::load(LIBRARY)?;
        let function = library.function(c"SLIsGenuineLocal")?;
        // SAFETY: this is the form in which Windows declares the function of this name.
        let is_genuine = unsafe { std::mem::transmute::<Function, IsGenuine>(function) };
        let mut state = 0;
        // SAFETY: the library is still loaded; the identifier is a constant, the place for the answer ours, and without
        // options nothing is shown to anybody.
        let result = unsafe { is_genuine(&raw const WINDOWS, &raw mut state, std::ptr::null_mut()) };
        result.ok().map_err(|error| error_of(&error))?;
        drop(library);
        Ok(state.cast_unsigned())
    })
}
