//! What `wit-bindgen` makes of `wit/1.0.0`. Everything that an author needs of it is re-exported under better names.

/// The types and the imports that both worlds share, generated once so that a gateway and a module speak of the same types.
pub mod shared {
    wit_bindgen::generate!({
        inline: "
            package tollgate:sdk;
            world shared {
                import tollgate:plugin/types@1.0.0;
                import tollgate:plugin/state@1.0.0;
                import tollgate:plugin/clock@1.0.0;
                import tollgate:plugin/random@1.0.0;
                import tollgate:plugin/log@1.0.0;
            }
        ",
        path: "wit/1.0.0",
        generate_all,
        generate_unused_types: true,
        additional_derives: [PartialEq, Eq],
    });
}

#[cfg(feature = "gateway")]
pub mod gateway {
    wit_bindgen::generate!({
        world: "tollgate:plugin/payment-gateway",
        path: "wit/1.0.0",
        with: {
            "tollgate:plugin/types@1.0.0": crate::bindings::shared::tollgate::plugin::types,
            "tollgate:plugin/state@1.0.0": crate::bindings::shared::tollgate::plugin::state,
            "tollgate:plugin/clock@1.0.0": crate::bindings::shared::tollgate::plugin::clock,
            "tollgate:plugin/random@1.0.0": crate::bindings::shared::tollgate::plugin::random,
            "tollgate:plugin/log@1.0.0": crate::bindings::shared::tollgate::plugin::log,
            "tollgate:plugin/http@1.0.0": generate,
            "tollgate:plugin/signing@1.0.0": generate,
            "tollgate:plugin/gateway@1.0.0": generate,
        },
        generate_unused_types: true,
        additional_derives: [PartialEq, Eq],
        pub_export_macro: true,
        export_macro_name: "export_payment_gateway",
        default_bindings_module: "tollgate_sdk::bindings::gateway",
        type_section_suffix: "gateway",
    });
}

#[cfg(feature = "add-on")]
pub mod module {
    wit_bindgen::generate!({
        world: "tollgate:plugin/add-on",
        path: "wit/1.0.0",
        with: {
            "tollgate:plugin/types@1.0.0": crate::bindings::shared::tollgate::plugin::types,
            "tollgate:plugin/state@1.0.0": crate::bindings::shared::tollgate::plugin::state,
            "tollgate:plugin/clock@1.0.0": crate::bindings::shared::tollgate::plugin::clock,
            "tollgate:plugin/random@1.0.0": crate::bindings::shared::tollgate::plugin::random,
            "tollgate:plugin/log@1.0.0": crate::bindings::shared::tollgate::plugin::log,
            "tollgate:plugin/module@1.0.0": generate,
        },
        generate_unused_types: true,
        additional_derives: [PartialEq, Eq],
        pub_export_macro: true,
        export_macro_name: "export_add_on",
        default_bindings_module: "tollgate_sdk::bindings::module",
        type_section_suffix: "module",
    });
}
