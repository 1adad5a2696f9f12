// A zip archive from files in memory, stored without compression, as PNG has its own.

const LOCAL_SIGNATURE = 0x04034b50;
const DIRECTORY_SIGNATURE = 0x02014b50;
const END_SIGNATURE = 0x06054b50;
const VERSION = 20; // of the format, 2.0

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Numbers as bytes, the least first; each field is its width in bytes and its value. */
function littleEndian(fields) {
  const bytes = [];
  for (const [width, value] of fields) {
    for (let at = 0; at < width; at += 1) bytes.push((value >>> (8 * at)) & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** Time and date in the form of MS-DOS, each as two bytes. */
function dosTime(now) {
  const time = (now.getHours() << 11) | (now.getMinutes() << 5) | (now.getSeconds() >> 1);
  const date = ((now.getFullYear() - 1980) << 9) | ((now.getMonth() + 1) << 5) | now.getDate();
  return [[2, time], [2, date]];
}

/**
 * @param {{name: string, bytes: Uint8Array}[]} files with their paths in the archive, in ASCII
 * @param {Date} [now] when they were changed last
 * @returns {Blob}
 */
export function zip(files, now = new Date()) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const ascii = new TextEncoder().encode(name);
    // version, flags, method, time, date, CRC, both sizes, lengths of name and extra field
    const shared = [[2, VERSION], [2, 0], [2, 0], ...dosTime(now), [4, crc32(bytes)], [4, bytes.length],
      [4, bytes.length], [2, ascii.length], [2, 0]];
    const local = littleEndian([[4, LOCAL_SIGNATURE], ...shared]);
    // lengths of a comment, numbers of disk and attributes are 0; then where the file begins
    const rest = [[2, 0], [2, 0], [2, 0], [4, 0], [4, offset]];
    directory.push(littleEndian([[4, DIRECTORY_SIGNATURE], [2, VERSION], ...shared, ...rest]), ascii);
    parts.push(local, ascii, bytes);
    offset += local.length + ascii.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = files.length;
  // numbers of disks, of files on this one and on all; size and place of the directory; length of a comment
  const end = littleEndian([[4, END_SIGNATURE], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset],
    [2, 0]]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}
