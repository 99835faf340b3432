//! What a plugin says of itself. Everything that is later put into pages, headers and forms is checked here, once.

use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{
    Assets, Capabilities, CurrencySupport, Effects, Environment, GatewayManifest, HostRequest, Identity, Image,
    ImageKind, ModuleManifest, OriginRequest, Script, Template, Translation,
};

use super::config::CURRENCIES_MAX;
use super::form::groups;
use super::text::{one_line, text};
use crate::abi::v1_0_0::{gateway_wit, module_wit, wit};
use crate::checks::{Breach, Inside, bounded, currency, host, list, named, origin, slug, unique};

/// The contract's numbers for `identity`, `manifest` and `assets`.
const ID_BYTES_MIN: usize = 2;
const ID_BYTES_MAX: usize = 40;
const NAME_BYTES_MAX: usize = 60;
const VERSION_BYTES_MAX: usize = 40;
const PUBLISHER_BYTES_MAX: usize = 100;
const LICENCE_BYTES_MAX: usize = 100;
const HOSTS_MAX: usize = 20;
const ORIGINS_MAX: usize = 20;
const SCRIPTS_MAX: usize = 8;
const TEMPLATES_MAX: usize = 16;
const TEMPLATE_NAME_BYTES_MAX: usize = 40;
const TRANSLATIONS_MAX: usize = 100;
const LOCALE_BYTES_MAX: usize = 35;
const SOURCE_BYTES_MAX: usize = 64 << 10;
const LOGO_BYTES_MAX: usize = 32 << 10;

pub fn gateway_manifest(manifest: gateway_wit::Manifest) -> Result<GatewayManifest, Breach> {
    let currencies = match manifest.currencies {
        gateway_wit::CurrencySupport::Any => CurrencySupport::Any,
        gateway_wit::CurrencySupport::Only(codes) => {
            CurrencySupport::Only(list("currencies", codes, CURRENCIES_MAX, |code| currency("", &code))?)
        }
    };
    let scripts = list("scripts", manifest.scripts, SCRIPTS_MAX, script)?;
    unique("scripts", scripts.iter().map(|script| script.name.as_str()))?;
    let capabilities = capabilities(manifest.capabilities);
    if capabilities.saved_methods && !capabilities.check {
        return Err(Breach::new("capabilities", "has saved-methods without check"));
    }
    Ok(GatewayManifest {
        identity: identity(manifest.identity).inside("identity")?,
        help: text("help", manifest.help)?,
        configuration: groups(manifest.configuration)?,
        hosts: list("hosts", manifest.hosts, HOSTS_MAX, host_request)?,
        browser_origins: list("browser-origins", manifest.browser_origins, ORIGINS_MAX, origin_request)?,
        currencies,
        capabilities,
        scripts,
        assets: assets(manifest.assets).inside("assets")?,
    })
}

pub fn module_manifest(manifest: module_wit::Manifest) -> Result<ModuleManifest, Breach> {
    let asks = |effect| manifest.effects.contains(effect);
    Ok(ModuleManifest {
        effects: Effects {
            create_invoice: asks(module_wit::Effects::CREATE_INVOICE),
            credit_paid: asks(module_wit::Effects::CREDIT_PAID),
            credit_bonus: asks(module_wit::Effects::CREDIT_BONUS),
            redeem_voucher: asks(module_wit::Effects::REDEEM_VOUCHER),
        },
        hears_invoice_paid: manifest.events.contains(module_wit::Events::INVOICE_PAID),
        hears_invoice_cancelled: manifest.events.contains(module_wit::Events::INVOICE_CANCELLED),
        identity: identity(manifest.identity).inside("identity")?,
        configuration: groups(manifest.configuration)?,
        assets: assets(manifest.assets).inside("assets")?,
    })
}

fn identity(identity: wit::Identity) -> Result<Identity, Breach> {
    let id = slug("id", identity.id, ID_BYTES_MAX)?;
    if id.len() < ID_BYTES_MIN || !id.starts_with(|first: char| first.is_ascii_lowercase()) {
        return Err(Breach::new("id", format_args!("is shorter than {ID_BYTES_MIN} or does not start with a letter")));
    }
    Ok(Identity {
        id: PluginId::new(id),
        name: one_line("name", identity.name, NAME_BYTES_MAX)?,
        version: one_line("version", identity.version, VERSION_BYTES_MAX)?,
        publisher: one_line("publisher", identity.publisher, PUBLISHER_BYTES_MAX)?,
        licence: one_line("licence", identity.licence, LICENCE_BYTES_MAX)?,
        summary: text("summary", identity.summary)?,
    })
}

fn host_request(request: gateway_wit::HostRequest) -> Result<HostRequest, Breach> {
    Ok(HostRequest {
        host: host("host", request.host)?,
        environment: environment(request.environment),
        purpose: text("purpose", request.purpose)?,
    })
}

fn origin_request(request: gateway_wit::OriginRequest) -> Result<OriginRequest, Breach> {
    let uses = |what| request.uses.contains(what);
    Ok(OriginRequest {
        environment: environment(request.environment),
        script: uses(gateway_wit::BrowserUse::SCRIPT),
        frame: uses(gateway_wit::BrowserUse::FRAME),
        form: uses(gateway_wit::BrowserUse::FORM),
        connect: uses(gateway_wit::BrowserUse::CONNECT),
        image: uses(gateway_wit::BrowserUse::IMAGE),
        origin: origin("origin", request.origin)?,
        purpose: text("purpose", request.purpose)?,
    })
}

fn environment(environment: gateway_wit::Environment) -> Environment {
    match environment {
        gateway_wit::Environment::Test => Environment::Test,
        gateway_wit::Environment::Live => Environment::Live,
        gateway_wit::Environment::Both => Environment::Both,
    }
}

fn capabilities(capabilities: gateway_wit::Capabilities) -> Capabilities {
    let can = |what| capabilities.contains(what);
    Capabilities {
        check: can(gateway_wit::Capabilities::CHECK),
        refund: can(gateway_wit::Capabilities::REFUND),
        partial_refund: can(gateway_wit::Capabilities::PARTIAL_REFUND),
        saved_methods: can(gateway_wit::Capabilities::SAVED_METHODS),
        statements: can(gateway_wit::Capabilities::STATEMENTS),
        payer_sets_amount: can(gateway_wit::Capabilities::PAYER_SETS_AMOUNT),
        slip: can(gateway_wit::Capabilities::SLIP),
        webhook_setup: can(gateway_wit::Capabilities::WEBHOOK_SETUP),
    }
}

fn assets(assets: wit::Assets) -> Result<Assets, Breach> {
    let found = Assets {
        templates: list("templates", assets.templates, TEMPLATES_MAX, template)?,
        translations: list("translations", assets.translations, TRANSLATIONS_MAX, translation)?,
        logo: assets.logo.map(logo).transpose()?,
    };
    unique("templates", found.templates.iter().map(|template| template.name.as_str()))?;
    unique("translations", found.translations.iter().map(|translation| translation.locale.as_str()))?;
    if !found.translations.iter().any(|translation| translation.locale == "en") {
        return Err(Breach::new("translations", "has no `en`, which every other language falls back to"));
    }
    Ok(found)
}

fn script(script: gateway_wit::Script) -> Result<Script, Breach> {
    Ok(Script {
        name: slug("name", script.name, TEMPLATE_NAME_BYTES_MAX)?,
        source: bounded("source", script.source, SOURCE_BYTES_MAX)?,
    })
}

fn template(template: wit::Template) -> Result<Template, Breach> {
    Ok(Template {
        name: slug("name", template.name, TEMPLATE_NAME_BYTES_MAX)?,
        source: bounded("source", template.source, SOURCE_BYTES_MAX)?,
    })
}

fn translation(translation: wit::Translation) -> Result<Translation, Breach> {
    let locale = named("locale", translation.locale, LOCALE_BYTES_MAX)?;
    if !locale.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(Breach::new("locale", "is no language tag like `en` or `zh-Hant`"));
    }
    Ok(Translation { locale, source: bounded("source", translation.source, SOURCE_BYTES_MAX)? })
}

fn logo(image: wit::Image) -> Result<Image, Breach> {
    if image.bytes.len() > LOGO_BYTES_MAX {
        return Err(Breach::new("logo", format_args!("is larger than {} kB", LOGO_BYTES_MAX >> 10)));
    }
    let kind = match image.kind {
        wit::ImageKind::Svg => ImageKind::Svg,
        wit::ImageKind::Png => ImageKind::Png,
    };
    Ok(Image { kind, bytes: image.bytes })
}
