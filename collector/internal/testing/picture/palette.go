package picture

import (
	"bytes"
	"image"
	"image/color"
	imagedraw "image/draw"
	"image/png"
	"slices"
)

// FewColours writes a PNG again with the 256 colours it mostly consists of: a
// screen is flat areas and text, and a third of the size in a palette.
func FewColours(data []byte) ([]byte, error) {
	full, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	flat := image.NewRGBA(full.Bounds())
	imagedraw.Draw(flat, flat.Bounds(), full, full.Bounds().Min, imagedraw.Src)
	few := image.NewPaletted(flat.Bounds(), mostUsed(flat))
	nearest := map[color.RGBA]uint8{}
	for y := range flat.Bounds().Dy() {
		for x := range flat.Bounds().Dx() {
			c := flat.RGBAAt(x, y)
			i, known := nearest[c]
			if !known {
				i = uint8(few.Palette.Index(c))
				nearest[c] = i
			}
			few.SetColorIndex(x, y, i)
		}
	}
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, few)
	return out.Bytes(), err
}

func mostUsed(img *image.RGBA) color.Palette {
	const size = 256
	count := map[color.RGBA]int{}
	for i := 0; i < len(img.Pix); i += 4 {
		// Shades that look alike share a place.
		count[color.RGBA{img.Pix[i] &^ 3, img.Pix[i+1] &^ 3, img.Pix[i+2] &^ 3, 0xff}]++
	}
	var all []color.RGBA
	for c := range count {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return int(a.R)<<16 + int(a.G)<<8 + int(a.B) - int(b.R)<<16 - int(b.G)<<8 - int(b.B)
	})
	var few color.Palette
	for _, c := range all[:min(size, len(all))] {
		few = append(few, c)
	}
	return few
}
