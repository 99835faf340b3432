// What Stripe's own library says that each call takes. The keys are checked against the library's paths.
import Stripe from 'stripe';

export interface Requests {
  'GET /v1/account': Stripe.AccountRetrieveCurrentParams;
  'GET /v1/balance': Stripe.BalanceRetrieveParams;
  'GET /v1/customers': Stripe.CustomerListParams;
  'POST /v1/customers': Stripe.CustomerCreateParams;
  'GET /v1/customers/{}': Stripe.CustomerRetrieveParams;
  'GET /v1/customers/{}/payment_methods': Stripe.CustomerListPaymentMethodsParams;
  'GET /v1/disputes': Stripe.DisputeListParams;
  'GET /v1/disputes/{}': Stripe.DisputeRetrieveParams;
  'GET /v1/payment_intents': Stripe.PaymentIntentListParams;
  'POST /v1/payment_intents': Stripe.PaymentIntentCreateParams;
  'GET /v1/payment_intents/{}': Stripe.PaymentIntentRetrieveParams;
  'POST /v1/payment_intents/{}': Stripe.PaymentIntentUpdateParams;
  'POST /v1/payment_intents/{}/cancel': Stripe.PaymentIntentCancelParams;
  'POST /v1/payment_intents/{}/capture': Stripe.PaymentIntentCaptureParams;
  'POST /v1/payment_intents/{}/confirm': Stripe.PaymentIntentConfirmParams;
  'GET /v1/payment_methods': Stripe.PaymentMethodListParams;
  'GET /v1/payment_methods/{}': Stripe.PaymentMethodRetrieveParams;
  'POST /v1/payment_methods/{}/attach': Stripe.PaymentMethodAttachParams;
  'POST /v1/payment_methods/{}/detach': Stripe.PaymentMethodDetachParams;
  'GET /v1/refunds': Stripe.RefundListParams;
  'POST /v1/refunds': Stripe.RefundCreateParams;
  'GET /v1/refunds/{}': Stripe.RefundRetrieveParams;
  'GET /v1/webhook_endpoints': Stripe.WebhookEndpointListParams;
  'POST /v1/webhook_endpoints': Stripe.WebhookEndpointCreateParams;
  'GET /v1/webhook_endpoints/{}': Stripe.WebhookEndpointRetrieveParams;
  'POST /v1/webhook_endpoints/{}': Stripe.WebhookEndpointUpdateParams;
  'DELETE /v1/webhook_endpoints/{}': Stripe.WebhookEndpointDeleteParams;
}

// What it says that each call answers.
export interface Answers {
  'GET /v1/account': Stripe.Account;
  'GET /v1/balance': Stripe.Balance;
  'GET /v1/customers': Stripe.ApiList<Stripe.Customer>;
  'POST /v1/customers': Stripe.Customer;
  'GET /v1/customers/{}': Stripe.Customer;
  'GET /v1/customers/{}/payment_methods': Stripe.ApiList<Stripe.PaymentMethod>;
  'GET /v1/disputes': Stripe.ApiList<Stripe.Dispute>;
  'GET /v1/disputes/{}': Stripe.Dispute;
  'GET /v1/payment_intents': Stripe.ApiList<Stripe.PaymentIntent>;
  'POST /v1/payment_intents': Stripe.PaymentIntent;
  'GET /v1/payment_intents/{}': Stripe.PaymentIntent;
  'POST /v1/payment_intents/{}': Stripe.PaymentIntent;
  'POST /v1/payment_intents/{}/cancel': Stripe.PaymentIntent;
  'POST /v1/payment_intents/{}/capture': Stripe.PaymentIntent;
  'POST /v1/payment_intents/{}/confirm': Stripe.PaymentIntent;
  'GET /v1/payment_methods': Stripe.ApiList<Stripe.PaymentMethod>;
  'GET /v1/payment_methods/{}': Stripe.PaymentMethod;
  'POST /v1/payment_methods/{}/attach': Stripe.PaymentMethod;
  'POST /v1/payment_methods/{}/detach': Stripe.PaymentMethod;
  'GET /v1/refunds': Stripe.ApiList<Stripe.Refund>;
  'POST /v1/refunds': Stripe.Refund;
  'GET /v1/refunds/{}': Stripe.Refund;
  'GET /v1/webhook_endpoints': Stripe.ApiList<Stripe.WebhookEndpoint>;
  'POST /v1/webhook_endpoints': Stripe.WebhookEndpoint;
  'GET /v1/webhook_endpoints/{}': Stripe.WebhookEndpoint;
  'POST /v1/webhook_endpoints/{}': Stripe.WebhookEndpoint;
  'DELETE /v1/webhook_endpoints/{}': Stripe.DeletedWebhookEndpoint;
}

export interface Contract {
  requests: Requests;
  answers: Answers;
}
