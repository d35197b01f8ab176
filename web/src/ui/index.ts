export { Avatar } from './avatar';
export { Banner } from './banner';
export { Button, buttonClass, IconButton } from './button';
export { cx } from './cx';
export { EmptyState } from './empty-state';
export { Mark, Wordmark } from './logo';
export { Later, SkeletonRows } from './skeleton';
export { Spinner } from './spinner';
export { inputClass, TextArea, TextField, type TextFieldProps } from './text-field';
