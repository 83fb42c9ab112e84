// Decimal digits of floating-point numbers, rounded half to even on the exact binary value as Python and C
// do. JavaScript's toFixed and toExponential round such halves up.

/** The number as an exact fraction. */
function fraction(value: number): { top: bigint; bottom: bigint } {
  let [top, power] = [value, 0];
  while (!Number.isInteger(top)) {
    top *= 2;
    power++;
  }
  return { top: BigInt(top), bottom: 1n << BigInt(power) };
}

function divided(top: bigint, bottom: bigint): bigint {
  const [whole, rest] = [top / bottom, (top % bottom) * 2n];
  const up = rest > bottom || (rest === bottom && whole % 2n === 1n);
  return up ? whole + 1n : whole;
}

/** A finite number with so many decimal places. */
export function fixed(value: number, places: number): string {
  if (value < 0) return `-${fixed(-value, places)}`;
  const { top, bottom } = fraction(value);
  const digits = divided(top * 10n ** BigInt(places), bottom).toString();
  if (places === 0) return digits;
  const padded = digits.padStart(places + 1, "0");
  return `${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

/** One digit before the point and so many behind it, with the exponent as e+05. */
export function exponential(value: number, places: number): string {
  const { top, bottom } = fraction(value);
  let power = value === 0 ? 0 : Number(value.toExponential(20).split("e")[1]);
  const scaled = (): bigint => {
    const shift = BigInt(Math.abs(places - power));
    return places >= power ? divided(top * 10n ** shift, bottom) : divided(top, bottom * 10n ** shift);
  };
  let digits = scaled()
    .toString()
    .padStart(places + 1, "0");
  if (digits.length > places + 1) {
    power++;
    digits = scaled().toString();
  }
  const mantissa = places === 0 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** Python's round(): a negative number of places rounds whole digits. */
export function rounded(value: number, places: number): number {
  if (!Number.isFinite(value)) return value;
  const size = Math.abs(value);
  const sign = value < 0 ? -1 : 1;
  if (places >= 0) return sign * Number(fixed(size, Math.min(places, 330)));
  const { top, bottom } = fraction(size);
  const unit = 10n ** BigInt(Math.min(-places, 330));
  return sign * Number(divided(top, bottom * unit) * unit);
}
