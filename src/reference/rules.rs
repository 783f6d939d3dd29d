//! The rules of sign-up and confirmation, one after the other, with the rows of the evidence that they rest on.

use super::testing::{Bench, START, body, outcome, request};
use crate::secret_hash::{Secret, secret_hash};
use serde_json::json;

const MISMATCH: &str = "400 CodeMismatchException: Invalid verification code provided, please try again.";
const EXPIRED: &str = "400 ExpiredCodeException: Invalid code provided, please request a code again.";
const NO_USER: &str = "400 UserNotFoundException: Username/client id combination not found.";
const CONFIRMED: &str = "400 NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED";
const LIMIT: &str = "400 LimitExceededException: Attempt limit exceeded, please try after some time.";
const DISABLED: &str = "400 NotAuthorizedException: User is disabled.";

#[test]
fn the_right_code_confirms_and_verifies_the_contact() {
    // SEM-047, WIRE-007.
    let bench = Bench::with_aliases();
    let signed_up = body(&bench.sign_up("ann", "ann@example.com"));
    assert_eq!(
        signed_up["CodeDeliveryDetails"],
        json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***" })
    );
    assert_eq!(signed_up["UserConfirmed"], false);
    assert_eq!(bench.status("ann"), "UNCONFIRMED");
    assert_eq!(bench.attribute("ann", "email_verified").as_deref(), Some("false"));
    assert_eq!(bench.attribute("ann", "sub").as_deref(), signed_up["UserSub"].as_str());
    let answer = bench.confirm("ann", &bench.code("ann"));
    assert_eq!((answer.status, &answer.body[..]), (200, &b"{}"[..]));
    assert_eq!(bench.status("ann"), "CONFIRMED");
    assert_eq!(bench.attribute("ann", "email_verified").as_deref(), Some("true"));
    assert_eq!(bench.read_code("ann"), None);
}

#[test]
fn a_wrong_code_is_a_mismatch_of_any_form_and_changes_nothing() {
    // SEM-001.
    let bench = Bench::plain();
    bench.sign_up("ann", "");
    bench.sign_up("bob", "");
    let right = bench.code("ann");
    let near_misses = [format!("{right}0"), format!("0{right}"), format!("+{right}"), right[..5].to_owned()];
    for code in near_misses.into_iter().chain([bench.code("bob"), "abc".into(), "\u{a0}".into()]) {
        assert_eq!(outcome(&bench.confirm("ann", &code)), MISMATCH, "{code}");
        assert_eq!(bench.status("ann"), "UNCONFIRMED");
    }
    assert_eq!(outcome(&bench.confirm("ann", &right)), "200");
}

#[test]
fn a_code_lives_for_24_hours_and_no_second_longer() {
    // SEM-002, SEM-020.
    let bench = Bench::plain();
    bench.sign_up("ann", "");
    let code = bench.code("ann");
    let at = |username: &str, code: &str, now| {
        outcome(&bench.confirm_with(username, json!({ "ConfirmationCode": code }), now))
    };
    assert_eq!(at("ann", &code, START + 86_400), EXPIRED);
    assert_eq!(at("ann", "0", START + 86_400), EXPIRED);
    assert_eq!(at("ann", &code, START + 86_400 - 1), "200");
}

#[test]
fn a_new_code_voids_the_old_one() {
    // SEM-022.
    let bench = Bench::plain();
    bench.sign_up("ann", "");
    let old = bench.code("ann");
    assert_eq!(outcome(&bench.resend("ann")), "200");
    let new = bench.code("ann");
    assert_ne!(old, new);
    assert_eq!(outcome(&bench.confirm("ann", &old)), MISMATCH);
    assert_eq!(outcome(&bench.confirm("ann", &new)), "200");
    // SEM-070.
    assert_eq!(outcome(&bench.resend("ann")), "400 InvalidParameterException: User is already confirmed.");
}

#[test]
fn a_user_asks_for_a_new_code_five_times_an_hour() {
    // SEM-018.
    let bench = Bench::plain();
    bench.sign_up("ann", "");
    for _ in 0..5 {
        assert_eq!(outcome(&bench.resend("ann")), "200");
    }
    assert_eq!(outcome(&bench.resend("ann")), LIMIT);
}

#[test]
fn an_unknown_user_is_told_or_hidden_as_the_client_says() {
    // SEM-003, SEM-004.
    for (setting, expected) in [(None, NO_USER), (Some("LEGACY"), NO_USER), (Some("ENABLED"), MISMATCH)] {
        let bench = Bench::new(json!({}), json!({ "PreventUserExistenceErrors": setting }));
        assert_eq!(outcome(&bench.confirm("nobody", "111111")), expected, "{setting:?}");
    }
}

#[test]
fn the_status_is_looked_at_before_the_code() {
    // SEM-006, SEM-008, SEM-063.
    let bench = Bench::plain();
    bench.sign_up("ann", "");
    let code = bench.code("ann");
    bench.confirm("ann", &code);
    assert_eq!(outcome(&bench.confirm("ann", &code)), CONFIRMED);
    assert_eq!(outcome(&bench.confirm("ann", "0")), CONFIRMED);
    bench.sign_up("bob", "");
    assert_eq!(outcome(&bench.admin("AdminConfirmSignUp", "bob")), "200");
    assert_eq!(outcome(&bench.confirm("bob", "0")), CONFIRMED);
    assert_eq!(outcome(&bench.admin("AdminConfirmSignUp", "bob")), CONFIRMED);
    bench.admin("AdminCreateUser", "eve");
    assert_eq!(
        outcome(&bench.confirm("eve", "0")),
        "400 NotAuthorizedException: User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD"
    );
}

#[test]
fn a_disabled_user_is_refused_until_enabled_again() {
    // SEM-009.
    let bench = Bench::plain();
    bench.sign_up("ann", "");
    let code = bench.code("ann");
    bench.admin("AdminDisableUser", "ann");
    assert_eq!(body(&bench.admin("AdminGetUser", "ann"))["Enabled"], false);
    assert_eq!(outcome(&bench.confirm("ann", &code)), DISABLED);
    assert_eq!(bench.status("ann"), "UNCONFIRMED");
    bench.admin("AdminEnableUser", "ann");
    assert_eq!(outcome(&bench.confirm("ann", &code)), "200");
}

#[test]
fn fifteen_failures_in_an_hour_close_the_door_even_to_the_right_code() {
    // SEM-017, SEM-018.
    let bench = Bench::plain();
    bench.sign_up("ann", "");
    bench.sign_up("bob", "");
    let code = bench.code("ann");
    for n in 1..=15 {
        assert_eq!(outcome(&bench.confirm("ann", "0")), MISMATCH, "attempt {n}");
    }
    assert_eq!(outcome(&bench.confirm("ann", "0")), LIMIT);
    assert_eq!(outcome(&bench.confirm("ann", &code)), LIMIT);
    assert_eq!(bench.status("ann"), "UNCONFIRMED");
    // Another user is not touched, and after an hour the window is empty.
    assert_eq!(outcome(&bench.confirm("bob", "0")), MISMATCH);
    let later = bench.confirm_with("ann", json!({ "ConfirmationCode": code }), START + 3600);
    assert_eq!(outcome(&later), "200");
}

#[test]
fn an_unknown_client_is_named_before_anything_about_hash_or_user() {
    // SEM-010, SEM-062.
    let bench = Bench::plain();
    let input = json!({ "ClientId": "nope", "ConfirmationCode": "1", "SecretHash": "x" });
    let unknown = "400 ResourceNotFoundException: User pool client nope does not exist.";
    assert_eq!(outcome(&bench.confirm_with("nobody", input, START)), unknown);
    // A deleted client is unknown, and so is that of a deleted pool.
    let client = json!({ "UserPoolId": bench.pool_id, "ClientId": bench.client_id });
    assert_eq!(bench.call("DeleteUserPoolClient", &client).status, 200);
    let gone = format!("400 ResourceNotFoundException: User pool client {} does not exist.", bench.client_id);
    assert_eq!(outcome(&bench.confirm("nobody", "1")), gone);
    let (other, _) = bench.add_client(json!({}));
    assert_eq!(bench.call("DeleteUserPool", &json!({ "UserPoolId": bench.pool_id })).status, 200);
    assert!(
        outcome(&bench.confirm_with("nobody", json!({ "ClientId": other, "ConfirmationCode": "1" }), START))
            .starts_with("400 ResourceNotFoundException")
    );
}

#[test]
fn a_client_with_a_secret_demands_the_hash_of_the_username_as_sent() {
    // SEM-013, SEM-015, SH-001, SH-024.
    let bench = Bench::new(json!({}), json!({ "GenerateSecret": true }));
    let secret = Secret::new(bench.client_secret.clone().unwrap());
    let hash = |username: &str| secret_hash(&secret, username, &bench.client_id);
    let id = &bench.client_id;
    let missing = format!(
        "400 NotAuthorizedException: Client {id} is configured with secret but SECRET_HASH was not received"
    );
    let wrong = format!("400 NotAuthorizedException: SecretHash does not match for the client: {id}");
    let signed_up = bench.call(
        "SignUp",
        &json!({ "ClientId": id, "Username": "ann", "Password": "p", "SecretHash": hash("ann") }),
    );
    assert_eq!(outcome(&signed_up), "200");
    let code = bench.code("ann");
    let with = |username: &str, hash: serde_json::Value| {
        let input = json!({ "ConfirmationCode": code, "SecretHash": hash });
        outcome(&bench.confirm_with(username, input, START))
    };
    assert_eq!(with("ann", json!(null)), missing);
    assert_eq!(with("ann", json!(hash("bob"))), wrong);
    assert_eq!(with("ann", json!(hash("ann").trim_end_matches('='))), wrong);
    assert_eq!(with("nobody", json!(hash("ann"))), wrong);
    assert_eq!(with("nobody", json!(hash("nobody"))), NO_USER);
    assert_eq!(bench.status("ann"), "UNCONFIRMED");
    assert_eq!(with("ann", json!(hash("ann"))), "200");
}

#[test]
fn a_hash_for_a_client_without_a_secret_is_ignored() {
    // SEM-016: not attested.
    let bench = Bench::plain();
    bench.sign_up("ann", "");
    let input = json!({ "ConfirmationCode": bench.code("ann"), "SecretHash": "abc=" });
    assert_eq!(outcome(&bench.confirm_with("ann", input, START)), "200");
}

#[test]
fn an_alias_conflict_is_found_after_a_right_code_and_force_moves_the_alias() {
    // SEM-030, SEM-032, SEM-033.
    let bench = Bench::with_aliases();
    bench.sign_up("ann", "one@example.com");
    bench.confirm("ann", &bench.code("ann"));
    assert_eq!(outcome(&bench.sign_up("bob", "one@example.com")), "200");
    let code = bench.code("bob");
    assert_eq!(outcome(&bench.confirm("bob", "0")), MISMATCH);
    let exists = "400 AliasExistsException: An account with the email already exists.";
    for force in [json!(null), json!(false)] {
        let input = json!({ "ConfirmationCode": code, "ForceAliasCreation": force });
        assert_eq!(outcome(&bench.confirm_with("bob", input, START)), exists);
        assert_eq!(bench.status("bob"), "UNCONFIRMED");
        assert_eq!(bench.attribute("ann", "email_verified").as_deref(), Some("true"));
    }
    let input = json!({ "ConfirmationCode": code, "ForceAliasCreation": true });
    assert_eq!(outcome(&bench.confirm_with("bob", input, START)), "200");
    assert_eq!(bench.attribute("ann", "email_verified").as_deref(), Some("false"));
    assert_eq!(bench.attribute("bob", "email_verified").as_deref(), Some("true"));
    assert_eq!(body(&bench.admin("AdminGetUser", "one@example.com"))["Username"], "bob");
}

#[test]
fn a_pool_without_aliases_lets_two_users_share_an_address() {
    let bench = Bench::new(json!({ "AutoVerifiedAttributes": ["email"] }), json!({}));
    for username in ["ann", "bob"] {
        bench.sign_up(username, "one@example.com");
        assert_eq!(outcome(&bench.confirm(username, &bench.code(username))), "200");
        assert_eq!(bench.attribute(username, "email_verified").as_deref(), Some("true"));
    }
}

#[test]
fn an_alias_names_nobody_before_it_is_verified_and_sub_always_does() {
    // SEM-036 and the conflict it states.
    let bench = Bench::with_aliases();
    bench.sign_up("ann", "ann@example.com");
    let code = bench.code("ann");
    assert_eq!(outcome(&bench.confirm("ann@example.com", &code)), NO_USER);
    let sub = bench.attribute("ann", "sub").unwrap();
    assert_eq!(outcome(&bench.confirm(&sub, &code)), "200");
    assert_eq!(outcome(&bench.confirm("ann@example.com", &code)), CONFIRMED);
}

#[test]
fn usernames_differ_by_case_unless_the_pool_says_otherwise() {
    // SEM-050.
    for (configuration, upper) in [(json!({}), NO_USER), (json!({ "CaseSensitive": true }), NO_USER)] {
        let bench = Bench::new(json!({ "UsernameConfiguration": configuration }), json!({}));
        bench.sign_up("ann", "");
        assert_eq!(outcome(&bench.confirm("ANN", &bench.code("ann"))), upper);
    }
    let bench = Bench::new(json!({ "UsernameConfiguration": { "CaseSensitive": false } }), json!({}));
    bench.sign_up("Ann", "");
    assert_eq!(outcome(&bench.confirm("aNN", &bench.code("ann"))), "200");
    assert_eq!(body(&bench.admin("AdminGetUser", "ANN"))["Username"], "Ann");
}

#[test]
fn a_session_is_opened_for_clients_that_allow_user_auth() {
    // SEM-048, WIRE-008, SCH-021.
    let bench = Bench::new(json!({}), json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH"] }));
    bench.sign_up("ann", "");
    let answer = body(&bench.confirm("ann", &bench.code("ann")));
    assert!((20..=4096).contains(&answer["Session"].as_str().unwrap().len()));
}

#[test]
fn the_order_of_checks_is_types_constraints_client() {
    // SER-012, SEM-060, SEM-061.
    let bench = Bench::plain();
    let send = |body: &str| outcome(&bench.send(&request("ConfirmSignUp", body.as_bytes()), START));
    assert_eq!(
        send(r#"{"Username":"u","ConfirmationCode":5}"#),
        "400 SerializationException: NUMBER_VALUE can not be converted to a String"
    );
    assert!(
        send(r#"{"ClientId":"unknown","Username":"u","ConfirmationCode":""}"#)
            .starts_with("400 InvalidParameterException: 2 validation errors detected: ")
    );
    assert!(
        send(r#"{"ClientId":"unknown","Username":"u","ConfirmationCode":"1"}"#)
            .starts_with("400 ResourceNotFoundException")
    );
    // SER-011.
    assert_eq!(
        send(r#"{"clientid":"x","Username":"u","ConfirmationCode":"1"}"#),
        "400 InvalidParameterException: 1 validation error detected: Value null at 'clientId' failed to satisfy \
         constraint: Member must not be null"
    );
}

#[test]
fn nested_texts_and_the_session_keep_their_published_lengths() {
    // SCH-018 to SCH-020, VAL-016 to VAL-018.
    let bench = Bench::plain();
    let long = "x".repeat(131_073);
    let edge = "x".repeat(131_072);
    let send = |input| outcome(&bench.confirm_with("nobody", input, START));
    let good = [
        json!({ "Session": "x".repeat(20) }),
        json!({ "Session": "x".repeat(4096) }),
        json!({ "AnalyticsMetadata": { "AnalyticsEndpointId": edge } }),
        json!({ "UserContextData": { "IpAddress": "", "EncodedData": edge } }),
        json!({ "ClientMetadata": { edge.clone(): edge, "": null } }),
        json!({ "AnalyticsMetadata": null, "UserContextData": {}, "ClientMetadata": {}, "Session": null }),
    ];
    let bad = [
        (json!({ "Session": "x".repeat(19) }), "session"),
        (json!({ "Session": "x".repeat(4097) }), "session"),
        (
            json!({ "AnalyticsMetadata": { "AnalyticsEndpointId": long } }),
            "analyticsMetadata.analyticsEndpointId",
        ),
        (json!({ "UserContextData": { "IpAddress": long } }), "userContextData.ipAddress"),
        (json!({ "UserContextData": { "EncodedData": long } }), "userContextData.encodedData"),
        (json!({ "ClientMetadata": { "k": long } }), "clientMetadata.key.member"),
        (json!({ "ClientMetadata": { long: "v" } }), "clientMetadata.key"),
    ];
    let with_code = |mut input: serde_json::Value| {
        input["ConfirmationCode"] = json!("1");
        input
    };
    for input in good {
        assert_eq!(send(with_code(input)), NO_USER);
    }
    for (input, member) in bad {
        let answer = send(with_code(input));
        assert!(
            answer.starts_with("400 InvalidParameterException: 1 validation error detected: Value at '")
                && answer.contains(&format!("'{member}'")),
            "{answer}"
        );
    }
}

#[test]
fn codes_are_the_same_in_any_order_and_never_shared() {
    let codes = |order: &[usize]| {
        let bench = Bench::plain();
        for n in order {
            bench.sign_up(&format!("user{n}"), "");
        }
        (0..order.len()).map(|n| bench.code(&format!("user{n}"))).collect::<Vec<_>>()
    };
    let forward: Vec<usize> = (0..300).collect();
    let backward: Vec<usize> = (0..300).rev().collect();
    let mut one = codes(&forward);
    assert_eq!(one, codes(&backward));
    assert!(one.iter().all(|code| code.len() == 6 && code != "000000" && code != "123456"));
    one.sort();
    one.dedup();
    assert_eq!(one.len(), 300);
}

#[test]
fn no_two_users_of_a_pool_hold_the_same_code_where_chance_would_have_it() {
    // Of 4000 draws out of a million about 8 pairs are alike.
    let bench = Bench::plain();
    let mut codes: Vec<String> = (0..4000)
        .map(|n| {
            let username = format!("user{n}");
            bench.sign_up(&username, "");
            bench.code(&username)
        })
        .collect();
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), 4000);
}

#[test]
fn a_deleted_user_leaves_nothing_behind() {
    let bench = Bench::with_aliases();
    bench.sign_up("ann", "one@example.com");
    bench.confirm("ann", &bench.code("ann"));
    assert_eq!(bench.admin("AdminDeleteUser", "ann").status, 200);
    assert_eq!(
        outcome(&bench.admin("AdminGetUser", "ann")),
        "400 UserNotFoundException: User does not exist."
    );
    bench.sign_up("bob", "one@example.com");
    assert_eq!(outcome(&bench.confirm("bob", &bench.code("bob"))), "200");
    assert_eq!(outcome(&bench.sign_up("ann", "two@example.com")), "200");
    assert_eq!(
        outcome(&bench.sign_up("ann", "two@example.com")),
        "400 UsernameExistsException: User already exists"
    );
}

#[test]
fn pools_and_clients_are_described_as_they_were_made() {
    let bench = Bench::with_aliases();
    let pool = body(&bench.call("DescribeUserPool", &json!({ "UserPoolId": bench.pool_id })));
    assert_eq!(pool["UserPool"]["AliasAttributes"], json!(["email"]));
    assert_eq!(pool["UserPool"]["UsernameConfiguration"], json!({ "CaseSensitive": true }));
    let input = json!({ "UserPoolId": bench.pool_id, "ClientId": bench.client_id });
    let client = body(&bench.call("DescribeUserPoolClient", &input));
    assert_eq!(client["UserPoolClient"]["ClientId"], json!(bench.client_id));
    assert_eq!(client["UserPoolClient"].get("ClientSecret"), None);
    for n in 0..3 {
        bench.call("CreateUserPool", &json!({ "PoolName": format!("p{n}") }));
    }
    let mut names = Vec::new();
    let mut token = json!(null);
    loop {
        let page = body(&bench.call("ListUserPools", &json!({ "MaxResults": 3, "NextToken": token })));
        for pool in page["UserPools"].as_array().unwrap() {
            names.push(pool["Name"].as_str().unwrap().to_owned());
        }
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(names, ["p", "p0", "p1", "p2"]);
    assert_eq!(
        outcome(&bench.call("DescribeUserPool", &json!({ "UserPoolId": "us-east-1_none" }))),
        "400 ResourceNotFoundException: User pool us-east-1_none does not exist."
    );
}

#[test]
fn usernames_may_be_addresses_where_the_pool_says_so() {
    let bench = Bench::new(
        json!({ "UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"] }),
        json!({}),
    );
    let sign_up = |username: &str| {
        bench.call("SignUp", &json!({ "ClientId": bench.client_id, "Username": username, "Password": "p" }))
    };
    assert_eq!(outcome(&sign_up("ann")), "400 InvalidParameterException: Username should be an email.");
    assert_eq!(outcome(&sign_up("ann@example.com")), "200");
    assert_eq!(bench.attribute("ann@example.com", "email").as_deref(), Some("ann@example.com"));
    let code = bench.code("ann%40example.com");
    assert_eq!(outcome(&bench.confirm("ann@example.com", &code)), "200");
}
