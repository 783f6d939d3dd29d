//! HTTP: method, path, target, headers.

use crate::prove::planted::{Family, Planted};
use crate::reference::{Collapse, Fault, Reading, Trigger};

const fn wire(name: &'static str, reading: Reading) -> Planted {
    Planted::of(Family::Wire, name, Fault::Reading(reading))
}

pub(super) const FAULTS: &[Planted] = &[
    wire("any-method", Reading::AnyMethod)
        .does("every method confirms the user")
        .found_by(&["CSU-DISPATCH-001"])
        .seen("moto 5.2.5: m-GET, m-PUT, m-DELETE, m-HEAD; ministack 1.5.33: m-GET, m-PUT, m-DELETE, m-HEAD"),
    wire("put", Reading::AsPost("PUT"))
        .does("PUT confirms the user")
        .found_by(&["CSU-DISPATCH-001"])
        .seen("moto 5.2.5, ministack 1.5.33: m-PUT"),
    wire("get", Reading::AsPost("GET"))
        .does("GET confirms the user")
        .found_by(&["CSU-DISPATCH-001"])
        .seen("moto 5.2.5, ministack 1.5.33: m-GET"),
    wire("head", Reading::AsPost("HEAD"))
        .does("HEAD confirms the user")
        .found_by(&["CSU-DISPATCH-001"])
        .seen("moto 5.2.5, ministack 1.5.33: m-HEAD"),
    wire("lower-case-post", Reading::AsPost("post"))
        .does("`post` is POST")
        .found_by(&["CSU-DISPATCH-001"])
        .since("methods are case-sensitive, which many routers do not know"),
    wire("any-path", Reading::AnyPath)
        .does("every path confirms the user")
        .found_by(&["CSU-DISPATCH-003"])
        .seen("ministack 1.5.33: m-path"),
    wire("any-content-type", Reading::AnyContentType)
        .does("every content type confirms the user")
        .found_by(&["CSU-DISPATCH-008", "CSU-DISPATCH-006"])
        .seen("moto 5.2.5: m-ct-text, m-ct-cbor; ministack 1.5.33: m-ct-text, m-ct-json"),
    wire("plain-json", Reading::PlainJsonToo)
        .does("application/json confirms the user")
        .found_by(&["CSU-DISPATCH-007"])
        .seen("ministack 1.5.33: m-ct-json"),
    wire("json-1.0", Reading::AmzJsonOfAnyVersion)
        .does("application/x-amz-json-1.0 confirms the user")
        .found_by(&["CSU-DISPATCH-006"])
        .seen("moto 5.2.5, ministack 1.5.33: m-ct-10"),
    Planted::of(
        Family::Wire,
        "confirms-then-fails",
        Fault::ChokesLate(Trigger::IsPlainJson, Collapse::Html(500)),
    )
    .does("application/json is answered 500, and a request that was read before is carried out all the same")
    .found_by(&["CSU-DISPATCH-007"])
    .seen("moto 5.2.5: m-ct-json"),
    wire("target-any-service", Reading::TargetOfAnyService)
        .does("the service in X-Amz-Target is not looked at")
        .found_by(&["CSU-DISPATCH-010"])
        .seen("cognito-local 5.3.0: m-svc-unknown, m-target-extra"),
    wire("target-any-case", Reading::TargetInAnyCase)
        .does("the case of X-Amz-Target does not matter")
        .found_by(&["CSU-DISPATCH-010"])
        .since("a router that folds case"),
    wire("target-default", Reading::TargetByDefault)
        .does("a request without X-Amz-Target is a ConfirmSignUp")
        .found_by(&["CSU-DISPATCH-010"])
        .since("a stub with one operation"),
    wire("target-prefix", Reading::TargetByPrefix)
        .does("an X-Amz-Target that begins with the right one is the right one")
        .found_by(&["CSU-DISPATCH-010"])
        .since("a router that compares prefixes"),
    wire("header-case", Reading::HeaderNamesInOneCase)
        .does("header names have to be written as the SDKs write them")
        .found_by(&["CSU-VALID-010"])
        .since("names are folded by HTTP/2 and by most proxies"),
];
