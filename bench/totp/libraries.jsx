// Each library's six-digit code field, set up as its own documentation recommends, behind one common set of props.
import { useContext, useState } from 'react';
import { PinInput as ArkPinInput } from '@ark-ui/react/pin-input';
import { OTPField } from '@base-ui/react/otp-field';
import { createTheme, MantineProvider, PinInput as MantinePinInput } from '@mantine/core';
import { OTPInput, OTPInputContext, REGEXP_ONLY_DIGITS } from 'input-otp';
import { unstable_OneTimePasswordField as RadixField } from 'radix-ui';
import ReactOtpInput from 'react-otp-input';
import { TotpInput } from 'react-ciba';

const SIX = [0, 1, 2, 3, 4, 5];

/** Base UI, Ark and Mantine distinguish an undefined value from an uncontrolled field. */
const given = (name, value) => (value === undefined ? {} : { [name]: value });

function Radix({ id, name, required, disabled, readOnly, value, onValueChange, onComplete }) {
  return (
    <RadixField.Root
      name={name}
      required={required}
      disabled={disabled}
      readOnly={readOnly}
      {...given('value', value)}
      onValueChange={(next) => {
        onValueChange?.(next);
        // Its only completion event is the submission of the form.
        if (next.length === 6) onComplete?.(next);
      }}
    >
      {SIX.map((index) => (
        <RadixField.Input key={index} id={index === 0 ? id : undefined} required={required} />
      ))}
      <RadixField.HiddenInput />
    </RadixField.Root>
  );
}

function InputOtpSlot({ index }) {
  const { char, isActive } = useContext(OTPInputContext).slots[index];
  return (
    <div className="slot" data-active={isActive}>
      {char}
    </div>
  );
}

function InputOtp({ id, name, required, disabled, readOnly, value, onValueChange, onComplete }) {
  return (
    <OTPInput
      id={id}
      name={name}
      required={required}
      disabled={disabled}
      readOnly={readOnly}
      maxLength={6}
      pattern={REGEXP_ONLY_DIGITS}
      {...given('value', value)}
      onChange={(next) => onValueChange?.(next)}
      onComplete={onComplete}
    >
      <div className="slots">
        {SIX.map((index) => (
          <InputOtpSlot key={index} index={index} />
        ))}
      </div>
    </OTPInput>
  );
}

function BaseUi({ id, name, required, disabled, readOnly, value, onValueChange, onComplete }) {
  return (
    <OTPField.Root
      id={id}
      name={name}
      required={required}
      disabled={disabled}
      readOnly={readOnly}
      length={6}
      {...given('value', value)}
      onValueChange={(next) => onValueChange?.(next)}
      onValueComplete={(next) => onComplete?.(next)}
    >
      {SIX.map((index) => (
        <OTPField.Input key={index} aria-label={index === 0 ? undefined : `Character ${index + 1} of 6`} />
      ))}
    </OTPField.Root>
  );
}

function Ark({ id, name, required, disabled, readOnly, value, onValueChange, onComplete }) {
  return (
    <ArkPinInput.Root
      ids={{ hiddenInput: id }}
      name={name}
      required={required}
      disabled={disabled}
      readOnly={readOnly}
      otp
      count={6}
      {...given('value', value?.split(''))}
      onValueChange={({ valueAsString }) => onValueChange?.(valueAsString)}
      onValueComplete={({ valueAsString }) => onComplete?.(valueAsString)}
    >
      <ArkPinInput.Control>
        {SIX.map((index) => (
          <ArkPinInput.Input key={index} index={index} />
        ))}
      </ArkPinInput.Control>
      <ArkPinInput.HiddenInput />
    </ArkPinInput.Root>
  );
}

const theme = createTheme({});

function Mantine({ id, name, required, disabled, readOnly, value, onValueChange, onComplete }) {
  return (
    <MantineProvider theme={theme} withGlobalClasses={false}>
      <MantinePinInput
        name={name}
        disabled={disabled}
        readOnly={readOnly}
        oneTimeCode
        type="number"
        length={6}
        hiddenInputProps={{ required }}
        getInputProps={(index) => (index === 0 ? { id } : {})}
        {...given('value', value)}
        onChange={(next) => onValueChange?.(next)}
        onComplete={(next) => onComplete?.(next)}
      />
    </MantineProvider>
  );
}

function ReactOtp({ id, name, required, disabled, readOnly, value, onValueChange, onComplete }) {
  const [own, setOwn] = useState('');
  return (
    <ReactOtpInput
      value={value ?? own}
      numInputs={6}
      inputType="text"
      shouldAutoFocus={false}
      onChange={(next) => {
        setOwn(next);
        onValueChange?.(next);
        if (next.length === 6) onComplete?.(next);
      }}
      renderInput={(props, index) => (
        <input
          {...props}
          id={index === 0 ? id : undefined}
          name={index === 0 ? name : undefined}
          required={required}
          disabled={disabled}
          readOnly={readOnly}
          inputMode="numeric"
        />
      )}
    />
  );
}

/** The libraries, as described in test/engines/code-field.tsx. `pause` gives their timers time to run. */
export const libraries = [
  { name: 'react-ciba', Field: TotpInput, slots: '[data-part="slot"]' },
  { name: 'input-otp', Field: InputOtp, slots: '.slot', pause: 60 },
  { name: 'Radix', Field: Radix, slots: 'input:not([type=hidden])', pause: 60 },
  { name: 'Base UI', Field: BaseUi, slots: 'input:not([aria-hidden=true])', pause: 60 },
  { name: 'Ark', Field: Ark, slots: 'input:not([aria-hidden=true])', pause: 60 },
  { name: 'Mantine', Field: Mantine, slots: 'input:not([type=hidden])', pause: 60 },
  { name: 'react-otp-input', Field: ReactOtp, slots: 'input', pause: 60 },
];
