export { type ConnectOptions, type Document, type RequestOptions, type Tidegate, type VariablesArgument, connect } from './connect.js';
export { graphql } from './graphql.js';
export type { SocketClass } from './open-socket.js';
export { type FieldProblem, type Problem, RequestError } from './request-error.js';
export type { ResultOf, VariablesOf } from 'gql.tada';
