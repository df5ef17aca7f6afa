/** The files that people send each other, by their names in scripts/seed/files. The sender is named first. */
export const shares = [
  {
    between: ['ines', 'maya'],
    text: 'Both versions for Thursday, by day and by night',
    files: ['rose-light.png', 'rose-night.png'],
  },
  { between: ['maya', 'ines'], text: 'The night one! The ring stays where it is this time', files: [] },
  { between: ['jonas', 'maya'], text: 'As promised', files: ['write-up.pdf'] },
  { between: ['linh', 'maya'], text: 'Bản nháp phần hiệu chuẩn ạ', files: ['hieu-chuan.md'] },
  { between: ['tuan', 'maya'], text: 'From this morning, with the new filter', files: ['wind.png'] },
  { between: ['sofia', 'tuan'], text: 'Pier 4, before the rain', files: ['pier.jpg'] },
  {
    between: ['sofia', 'tuan'],
    text: 'and both units on the mast. See how calm it was?',
    files: ['pier.webm', 'boat.jpg'],
  },
  { between: ['tuan', 'sofia'], text: 'Galicia without rain, now I have seen everything', files: [] },
  { between: ['sofia', 'tuan'], text: '', files: ['pier-voice.webm'] },
  { between: ['ines', 'maya'], text: '', files: ['ring-voice.webm'] },
  { between: ['maya', 'ines'], text: '', files: ['thanks-voice.webm'] },
]
