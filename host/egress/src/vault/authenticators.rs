//! Keys of authenticator apps: made and sealed here, and opened for as long as a code is compared. None is kept open.

use std::sync::Arc;

use async_trait::async_trait;
use tollgate_billing::authenticator::{KEY_BYTES, key_address, key_text, step_of};
use tollgate_billing::ids::Timestamp;
use tollgate_billing::people::Who;
use tollgate_billing::ports::{Authenticators, KeyLabel, SecretText, SecretsError, ShownKey};
use tollgate_billing::second_step::{NewAuthenticator, SealedAuthenticator};
use zeroize::Zeroizing;

use super::keyring::Keyring;
use super::seal::{SealError, open_key, seal_key};
use super::{Vault, VaultError, with_lock};

#[async_trait]
impl Authenticators for Vault {
    async fn begin(&self, who: Who, page_sha256: [u8; 32], at: Timestamp) -> Result<bool, SecretsError> {
        let unavailable = |error: VaultError| SecretsError::Unavailable(error.to_string());
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(&mut *key).map_err(|_| closed(&SealError::NoRandomness))?;
        // Nobody drops a key between its being read here and the row's being there.
        let _lock = with_lock(&self.keys, false).await.map_err(unavailable)?;
        let keyring = Arc::new(self.keys.read().map_err(|error| unavailable(error.into()))?);
        *self.keyring.write() = keyring.clone();
        let (key_id, sealed) = seal_key(keyring.current(), who, &*key).map_err(|error| closed(&error))?;
        let new = NewAuthenticator { who, key_id, sealed, page_sha256, at };
        self.store.put_authenticator(new).await.map_err(|error| unavailable(error.into()))
    }

    fn show(&self, key: &SealedAuthenticator, label: KeyLabel<'_>) -> Result<ShownKey, SecretsError> {
        let bytes = self.opened(key)?;
        let address = key_address(&bytes, label.portal, label.login)
            .ok_or_else(|| SecretsError::Refused("somebody without an address can have no app".to_owned()))?;
        Ok(ShownKey { text: SecretText::new(key_text(&bytes)), address: SecretText::new(address) })
    }

    fn step_of(&self, key: &SealedAuthenticator, code: &str, now: Timestamp) -> Result<Option<i64>, SecretsError> {
        Ok(step_of(&self.opened(key)?, code, now))
    }
}

impl Vault {
    /// Reads the file again where the row names a key that came with a rotation.
    fn opened(&self, row: &SealedAuthenticator) -> Result<Zeroizing<Vec<u8>>, SecretsError> {
        let mut keyring: Arc<Keyring> = self.keyring.read().clone();
        if keyring.key(&row.key_id).is_none()
            && let Ok(read) = self.keys.read()
        {
            keyring = Arc::new(read);
            *self.keyring.write() = keyring.clone();
        }
        open_key(&keyring, row).map_err(|error| closed(&error))
    }
}

fn closed(error: &SealError) -> SecretsError {
    SecretsError::Unavailable(format!("the key of an authenticator app cannot be used: {error}"))
}

#[cfg(test)]
mod tests {
    use tollgate_billing::authenticator::code_at;
    use tollgate_billing::ids::{ClientId, StaffId};
    use tollgate_billing::ports::{Clock, SealedStore};

    use super::super::{rotate, seal};
    use super::*;
    use crate::testing::Safe;

    const ANNA: Who = Who::Client(ClientId(7));
    const LABEL: KeyLabel<'static> = KeyLabel { portal: "Portal", login: "anna@example.com" };

    async fn begun(safe: &Safe, who: Who) -> SealedAuthenticator {
        assert!(safe.vault.begin(who, [1; 32], safe.clock.now()).await.expect("begun"));
        let all = safe.store.sealed_authenticators().await.expect("rows");
        all.into_iter().find(|row| row.who == who).expect("the new row")
    }

    fn plain(safe: &Safe, row: &SealedAuthenticator) -> Vec<u8> {
        open_key(&safe.keys.read().expect("the file"), row).expect("it opens").to_vec()
    }

    #[tokio::test]
    async fn a_key_opens_for_its_owner_alone_and_its_row_shows_nothing() {
        let safe = Safe::new().await;
        let row = begun(&safe, ANNA).await;
        let key = plain(&safe, &row);
        assert_eq!(key.len(), KEY_BYTES);
        assert!(!row.sealed.windows(KEY_BYTES).any(|bytes| bytes == key));
        let shown = safe.vault.show(&row, LABEL).expect("shown");
        assert_eq!(shown.text.expose(), key_text(&key));
        assert!(shown.address.expose().contains("anna%40example.com"));
        let code = code_at(&key, safe.clock.now());
        let step = safe.clock.now().0 / 30_000;
        assert_eq!(safe.vault.step_of(&row, &code, safe.clock.now()), Ok(Some(step)));
        for who in [Who::Client(ClientId(8)), Who::Staff(StaffId(7))] {
            let moved = SealedAuthenticator { who, ..row.clone() };
            assert!(safe.vault.step_of(&moved, &code, safe.clock.now()).is_err(), "{who:?}");
        }
        for at in 0..row.sealed.len() {
            let mut changed = row.clone();
            changed.sealed[at] ^= 1;
            assert!(safe.vault.show(&changed, LABEL).is_err(), "{at}");
        }
        let other = begun(&safe, Who::Staff(StaffId(7))).await;
        assert_ne!(plain(&safe, &other), key, "each has one of their own");
    }

    #[tokio::test]
    async fn a_key_outlives_rotations_beside_a_server_that_runs() {
        let safe = Safe::new().await;
        safe.set("token", "planted-secret").await;
        let (row, key) = {
            let row = begun(&safe, ANNA).await;
            let key = plain(&safe, &row);
            (row, key)
        };
        for _ in 0..2 {
            let rotated = rotate(&safe.keys, &*safe.store).await.expect("rotated");
            assert_eq!((rotated.resealed, rotated.lost.len()), (2, 0), "the secret of an instance, and this key");
        }
        let now = safe.store.sealed_authenticators().await.expect("rows").swap_remove(0);
        assert!(now.key_id != row.key_id && now.id == row.id && now.who == row.who);
        let code = code_at(&key, safe.clock.now());
        let found = safe.vault.step_of(&now, &code, safe.clock.now()).expect("the vault reads its file again");
        assert!(found.is_some());
        assert!(safe.vault.step_of(&row, &code, safe.clock.now()).is_err(), "the key that it was sealed with is gone");
    }

    #[tokio::test]
    async fn a_rotation_that_breaks_off_at_an_app_goes_on_there() {
        let safe = Safe::new().await;
        for number in 1..=3 {
            begun(&safe, Who::Client(ClientId(number))).await;
        }
        safe.store.fail_after(1);
        rotate(&safe.keys, &*safe.store).await.expect_err("broken off");
        safe.store.heal();
        let rotated = rotate(&safe.keys, &*safe.store).await.expect("it goes on");
        assert_eq!(rotated.resealed, 2);
        for row in safe.store.sealed_authenticators().await.expect("rows") {
            plain(&safe, &row);
        }
    }

    #[tokio::test]
    async fn an_installation_with_apps_alone_misses_its_key_file_too() {
        let safe = Safe::new().await;
        begun(&safe, ANNA).await;
        std::fs::remove_file(safe.keys.path()).expect("removed");
        let opened = Vault::open(safe.keys.clone(), safe.store.clone(), safe.clock.clone()).await;
        let said = opened.expect_err("not opened").to_string();
        assert!(said.contains("1 secrets are sealed with it"), "{said}");
    }

    #[test]
    fn no_row_of_an_instance_opens_as_an_app() {
        let keyring = Keyring::random().expect("randomness");
        let instance = tollgate_billing::ids::InstanceId::new("example");
        let value = SecretText::new("planted-secret".to_owned());
        let sealed = seal::seal(keyring.current(), (&instance, "token"), &value).expect("sealed");
        let id = tollgate_billing::ids::AuthenticatorId(1);
        let row = SealedAuthenticator { id, who: ANNA, key_id: sealed.key_id, sealed: sealed.sealed };
        assert!(open_key(&keyring, &row).is_err());
    }
}
