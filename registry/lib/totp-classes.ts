/**
 * The look of a code field inside an element with these classes. It is one native input over decorative boxes: its letter
 * spacing puts each character into a box, so change sizes only by `--pitch`, the width of a box.
 */
export const totpClasses = [
  '**:data-[scope=totp-input]:[--pitch:min(3rem,13vw)] **:data-[scope=totp-input]:[--ciba-slot-gap:0px]',
  // The boxes
  '**:data-[scope=totp-input]:data-[part=root]:relative **:data-[scope=totp-input]:data-[part=root]:w-fit',
  '**:data-[scope=totp-input]:data-[part=root]:contain-layout',
  '**:data-[part=slots]:flex',
  '**:data-[part=slot]:h-12 **:data-[part=slot]:w-(--pitch) **:data-[part=slot]:border-y **:data-[part=slot]:border-r',
  '**:data-[part=slot]:border-muted-foreground **:data-[part=slot]:bg-background **:data-[part=slot]:relative',
  '**:data-[part=slot]:first:rounded-l-md **:data-[part=slot]:first:border-l **:data-[part=slot]:last:rounded-r-md',
  '**:data-[part=slot]:data-active:z-1 **:data-[part=slot]:data-active:outline-2',
  '**:data-[part=slot]:data-active:outline-ring',
  // The separator of groups, which has no gap to stand in
  '**:data-[part=separator]:hidden',
  // The text over the boxes. It is one box longer, so that the space after the last character never scrolls it.
  '**:data-[scope=totp-input]:data-[part=input]:absolute **:data-[scope=totp-input]:data-[part=input]:inset-y-0',
  '**:data-[scope=totp-input]:data-[part=input]:left-0 **:data-[scope=totp-input]:data-[part=input]:z-2',
  '**:data-[scope=totp-input]:data-[part=input]:w-[calc(100%+var(--pitch))]',
  '**:data-[scope=totp-input]:data-[part=input]:[clip-path:inset(0_var(--pitch)_0_0)]',
  '**:data-[scope=totp-input]:data-[part=input]:p-0',
  '**:data-[scope=totp-input]:data-[part=input]:pl-[calc((var(--pitch)-1ch)/2)]',
  '**:data-[scope=totp-input]:data-[part=input]:tracking-[calc(var(--pitch)-1ch)]',
  '**:data-[scope=totp-input]:data-[part=input]:border-0 **:data-[scope=totp-input]:data-[part=input]:bg-transparent',
  '**:data-[scope=totp-input]:data-[part=input]:font-mono **:data-[scope=totp-input]:data-[part=input]:text-xl',
  '**:data-[scope=totp-input]:data-[part=input]:text-foreground',
  '**:data-[scope=totp-input]:data-[part=input]:outline-none',
  '**:data-[scope=totp-input]:data-invalid:text-destructive',
].join(' ');
