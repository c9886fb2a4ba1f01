export { Awaited, type AwaitedProps } from './Awaited.tsx';
export { Badge, type BadgeProps } from './Badge.tsx';
export { Button, type ButtonProps, type ButtonSize, type ButtonVariant, buttonClass } from './Button.tsx';
export { Checkbox, type CheckboxProps } from './Checkbox.tsx';
export { CodeExample, type CodeExampleProps } from './CodeExample.tsx';
export { Combobox, type ComboboxProps, MultiCombobox, type MultiComboboxProps } from './Combobox.tsx';
export { ConfirmDialog, type ConfirmDialogProps } from './ConfirmDialog.tsx';
export { CopyButton, type CopyButtonProps } from './CopyButton.tsx';
export { CopyOnceDialog, type CopyOnceDialogProps } from './CopyOnceDialog.tsx';
export { copyText } from './clipboard.ts';
export { cx } from './cx.ts';
export { DataList, type DataListProps, type ListColumn } from './DataList.tsx';
export { Dialog, type DialogProps } from './Dialog.tsx';
export { EmptyState, type EmptyStateProps } from './EmptyState.tsx';
export { ErrorState, type ErrorStateProps } from './ErrorState.tsx';
export {
  CodeEditor,
  type CodeEditorHandle,
  type CodeEditorProps,
  type EditorDiagnostic,
} from './editor/CodeEditor.tsx';
export type { EditorLanguage } from './editor/extensions.ts';
export { Field, type FieldProps } from './Field.tsx';
export { FilterBar, type FilterBarProps } from './FilterBar.tsx';
export { FormError } from './FormError.tsx';
export { useFieldProps } from './field-context.ts';
export * from './format.ts';
export type { Cell, GridRow } from './grid/cell.ts';
export { DataGrid, type DataGridProps } from './grid/DataGrid.tsx';
export type { GridColumn } from './grid/GridHeader.tsx';
export { matchesHotkey, useHotkey } from './hotkey.ts';
export { IconButton, type IconButtonProps } from './IconButton.tsx';
export { Input, type InputProps } from './Input.tsx';
export { Kbd, type KbdProps, shortcutText } from './Kbd.tsx';
export { ContextMenu, type ContextMenuProps, DropdownMenu, type DropdownMenuProps } from './Menu.tsx';
export type { MenuItem, MenuItems } from './menu-items.ts';
export { NumberInput, type NumberInputProps } from './NumberInput.tsx';
export type { Option } from './option.ts';
export { PageHeader, type PageHeaderProps } from './PageHeader.tsx';
export { Popover, type PopoverProps } from './Popover.tsx';
export { ProgressBar, type ProgressBarProps } from './ProgressBar.tsx';
export { RenameDialog, type RenameDialogProps } from './RenameDialog.tsx';
export {
  type PanelSpec,
  ResizablePanels,
  type ResizablePanelsHandle,
  type ResizablePanelsProps,
} from './ResizablePanels.tsx';
export { SearchInput, type SearchInputProps } from './SearchInput.tsx';
export { type Segment, SegmentedControl, type SegmentedControlProps } from './SegmentedControl.tsx';
export { Select, type SelectProps } from './Select.tsx';
export { Skeleton, type SkeletonProps } from './Skeleton.tsx';
export { Sparkline, type SparklineProps } from './Sparkline.tsx';
export { Spinner, type SpinnerProps } from './Spinner.tsx';
export { type Status, StatusBadge, type StatusBadgeProps, statusLook } from './StatusBadge.tsx';
export { Switch, type SwitchProps } from './Switch.tsx';
export { type TabItem, Tabs, type TabsProps } from './Tabs.tsx';
export { Textarea, type TextareaProps } from './Textarea.tsx';
export { TimeText, type TimeTextProps } from './TimeText.tsx';
export { Toaster } from './Toaster.tsx';
export { Tooltip, type TooltipProps } from './Tooltip.tsx';
export { type Crumb, TopBar, type TopBarProps } from './TopBar.tsx';
export { type ToastOptions, toast } from './toast-store.ts';
export { isTyping } from './typing.ts';
