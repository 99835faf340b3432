//! Names to addresses. What the name service says is filtered, and the connection is made to what is left: the name is
//! not asked again, so that it cannot answer something else the second time.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::is_public;
use crate::target::LOCALHOST;

/// Asks the name service.
#[async_trait]
pub trait Lookup: Send + Sync {
    /// All addresses of a name; an error where there is none, or the service does not answer.
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's.
pub struct SystemNames;

#[async_trait]
impl Lookup for SystemNames {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        // Port 0 is replaced by the URL's.
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Why there is no address to connect to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAddress {
    #[error("the name service knows no such name, or does not answer")]
    NotFound,
    #[error("its name leads into a private network, where the host connects to nothing")]
    Closed,
}

/// The HTTP client's resolver.
#[derive(Clone)]
pub struct FilteredNames {
    lookup: Arc<dyn Lookup>,
    open: fn(IpAddr) -> bool,
}

impl FilteredNames {
    pub fn new(lookup: Arc<dyn Lookup>) -> Self {
        Self { lookup, open: is_public }
    }

    /// The same, with loopback in the place of the internet.
    #[cfg(test)]
    pub fn with_filter(lookup: Arc<dyn Lookup>, open: fn(IpAddr) -> bool) -> Self {
        Self { lookup, open }
    }

    async fn addresses(&self, name: &str) -> Result<Vec<SocketAddr>, NoAddress> {
        // Only plain http in test mode comes here with this name; nobody is asked what it means.
        if name == LOCALHOST {
            let here = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
            return Ok(here.map(|address| SocketAddr::new(address, 0)).to_vec());
        }
        let found = self.lookup.lookup(name).await.map_err(|_| NoAddress::NotFound)?;
        if found.is_empty() {
            return Err(NoAddress::NotFound);
        }
        let open: Vec<SocketAddr> = found
            .into_iter()
            .filter(|address| (self.open)(*address))
            .map(|address| SocketAddr::new(address, 0))
            .collect();
        if open.is_empty() { Err(NoAddress::Closed) } else { Ok(open) }
    }
}

impl Resolve for FilteredNames {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.clone();
        Box::pin(async move {
            let addresses: Addrs = Box::new(names.addresses(name.as_str()).await?.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Answers(&'static [&'static str]);

    #[async_trait]
    impl Lookup for Answers {
        async fn lookup(&self, _name: &str) -> io::Result<Vec<IpAddr>> {
            Ok(self.0.iter().map(|text| text.parse().expect("an address")).collect())
        }
    }

    async fn addresses(name: &str, answers: &'static [&'static str]) -> Result<Vec<String>, NoAddress> {
        let found = FilteredNames::new(Arc::new(Answers(answers))).addresses(name).await?;
        Ok(found.iter().map(|address| address.ip().to_string()).collect())
    }

    #[tokio::test]
    async fn only_public_addresses_are_left() {
        let mixed = addresses("api.example.com", &["10.0.0.1", "8.8.8.8", "::ffff:127.0.0.1", "2606:4700::1"]).await;
        assert_eq!(mixed, Ok(vec!["8.8.8.8".to_owned(), "2606:4700::1".to_owned()]));
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_leads_nowhere() {
        for answers in [&["127.0.0.1"][..], &["169.254.169.254", "::1", "fd00::1"][..]] {
            assert_eq!(addresses("rebind.example.com", answers).await, Err(NoAddress::Closed));
        }
        assert_eq!(addresses("nothing.example.com", &[]).await, Err(NoAddress::NotFound));
    }

    #[tokio::test]
    async fn localhost_is_this_machine_whatever_the_name_service_says() {
        let here = addresses(LOCALHOST, &["8.8.8.8"]).await;
        assert_eq!(here, Ok(vec!["127.0.0.1".to_owned(), "::1".to_owned()]));
    }
}
