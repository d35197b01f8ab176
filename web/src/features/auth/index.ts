import { lazy } from 'react';

export const Auth = lazy(() => import('./auth'));
export { PasswordField } from './password-field';
export { text, useAsk } from './use-ask';
