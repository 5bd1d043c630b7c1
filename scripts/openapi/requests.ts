// Requests of TypeScript clients, with the types that two generators make from the description. This file is compiled but
// never run. A line after @ts-expect-error must not compile, since something that the service requires is missing.
import type { operations } from "./openapi-typescript.js";
import type * as hey from "./hey-api/types.gen.js";

type Body<Id extends keyof operations> =
  operations[Id] extends { requestBody: { content: { "application/json": infer T } } } ? T : never;

const address = { line1: "12 St James's Square", city: "London", country_code: "GB", type: "both" } as const;
const { line1, ...withoutLine1 } = address;
const { type, ...withoutType } = address;
const credentials = { email: "ada@example.com", password: "correct horse battery" };
const { password, ...withoutPassword } = credentials;

export const accepted: [
  Body<"addAddress">, Body<"addAddress">, Body<"updateAddress">, Body<"register">, Body<"logIn">, Body<"createUser">,
  Body<"updateMe">,
] = [
  address, { ...address, line2: null, phone_number: "+442079460958" }, { label: "Home" }, credentials, credentials,
  { ...credentials, roles: ["seller"] }, { first_name: null, profile: { social_links: { github: "https://github.com/ada" } } },
];

export const acceptedByHeyApi: [
  hey.AddAddressData["body"], hey.UpdateAddressData["body"], hey.RegisterData["body"], hey.CreateUserData["body"],
  hey.UpdateMeData["body"],
] = [address, { label: "Home" }, credentials, { ...credentials, roles: ["seller"] }, { first_name: null }];

// @ts-expect-error line1
export const addressWithoutLine1: Body<"addAddress"> = withoutLine1;
// @ts-expect-error type
export const addressWithoutType: Body<"addAddress"> = withoutType;
// @ts-expect-error password
export const registrationWithoutPassword: Body<"register"> = withoutPassword;
// @ts-expect-error password
export const loginWithoutPassword: Body<"logIn"> = withoutPassword;
// @ts-expect-error the body
export const additionWithoutBody: operations["addAddress"]["requestBody"] = undefined;
// @ts-expect-error line1
export const heyAddressWithoutLine1: hey.AddAddressData["body"] = withoutLine1;
// @ts-expect-error type
export const heyAddressWithoutType: hey.AddAddressData["body"] = withoutType;
// @ts-expect-error password
export const heyRegistrationWithoutPassword: hey.RegisterData["body"] = withoutPassword;
// @ts-expect-error the body
export const heyAdditionWithoutBody: hey.AddAddressData = { path: { user_id: "me" }, url: "/api/users/{user_id}/addresses" };

type Answer<Id extends keyof operations> =
  operations[Id] extends { responses: { 200: { content: { "application/json": infer T } } } } ? T : never;

// Fields that are always present in responses need no check for undefined.
export function names(
  me: Answer<"getMe">, page: Answer<"listUsers">, login: hey.LogInResponse, problem: hey.Problem): string[] {
  return [
    me.profile.timezone, me.roles.join(), ...page.results.map((user) => user.username), login.tokens.access,
    login.user.profile.bio, problem.reason, problem.call_id,
  ];
}
